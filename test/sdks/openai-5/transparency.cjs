const sdk = require('openai');

import('../../transparency/program.mjs').then(({ run }) =>
  run({ sdk, version: '5.23.2', load: async (specifier) => require(specifier) }),
);
