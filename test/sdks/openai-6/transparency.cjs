const sdk = require('openai');

import('../../transparency/program.mjs').then(({ run }) =>
  run({ sdk, version: '6.49.0', load: async (specifier) => require(specifier) }),
);
