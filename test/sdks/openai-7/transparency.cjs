const sdk = require('openai');

import('../../transparency/program.mjs').then(({ run }) =>
  run({ sdk, version: '7.57.0', load: async (specifier) => require(specifier) }),
);
