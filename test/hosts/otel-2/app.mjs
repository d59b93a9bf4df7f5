// The application of a team on its own NodeSDK; prints what was recorded of a call as JSON.
import { runApp } from '../../node-sdk/run-app.mjs';
import * as exporters from './exporters.mjs';

await runApp(exporters);
