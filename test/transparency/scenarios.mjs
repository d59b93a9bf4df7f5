import { scenarios as context } from './scenarios/context.mjs';
import { scenarios as endpoints } from './scenarios/endpoints.mjs';
import { scenarios as failures } from './scenarios/failures.mjs';
import { scenarios as helpers } from './scenarios/helpers.mjs';
import { scenarios as params } from './scenarios/params.mjs';
import { scenarios as promises } from './scenarios/promises.mjs';
import { scenarios as streams } from './scenarios/streams.mjs';
import { scenarios as tools } from './scenarios/tools.mjs';

/** Small programs by the promise that each checks. Each returns or logs what it can see; the same must be seen with instrumentation. */
export const scenarios = {
  ...promises,
  ...streams,
  ...helpers,
  ...tools,
  ...params,
  ...failures,
  ...context,
  ...endpoints,
};
