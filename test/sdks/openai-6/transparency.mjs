import * as sdk from 'openai';
import { run } from '../../transparency/program.mjs';

await run({ sdk, version: '6.49.0', load: (specifier) => import(specifier) });
