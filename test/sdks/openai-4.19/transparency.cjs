const sdk = require('openai');

import('../../transparency/program.mjs').then(({ run }) =>
  run({ sdk, version: '4.19.0', load: async (specifier) => require(specifier) }),
);
