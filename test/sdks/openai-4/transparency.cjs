const sdk = require('openai');

import('../../transparency/program.mjs').then(({ run }) =>
  run({ sdk, version: '4.104.0', load: async (specifier) => require(specifier) }),
);
