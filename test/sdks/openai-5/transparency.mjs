import * as sdk from 'openai';
import { run } from '../../transparency/program.mjs';

await run({ sdk, version: '5.23.2', load: (specifier) => import(specifier) });
