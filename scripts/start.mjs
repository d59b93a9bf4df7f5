import { prepare, run, SetupError } from './setup.mjs';

// Installs and builds what is missing, then shows the example. `--no-prepare` takes everything as it is.
try {
  if (!process.argv.includes('--no-prepare')) await prepare();
  process.exitCode = await run('scripts/demo/main.mjs');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
