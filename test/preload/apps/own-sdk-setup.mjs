import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('../support/plain-node-sdk.cjs');
require('../support/stand-in.cjs');
