import * as sdk from 'openai';
import { run } from '../../transparency/program.mjs';

await run({ sdk, version: '4.19.0', load: (specifier) => import(specifier) });
