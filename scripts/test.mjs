import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { install, listPackages, prepare, root, runtime, SetupError, toolEnvironment } from './setup.mjs';

// Every check of the project, in order, up to the first that fails. The last line is for programs: "N passed, N failed".

const packages = listPackages().map((folder) => relative(root, folder));

const checks = [
  ['Setup', prepare],
  ['Types', () => tool('tsc', '-p', 'tsconfig.json')],
  ['Lint and format', () => tool('biome', 'check', '.')],
  ...packages.flatMap((path) => [
    [`Package ${path}: publint`, () => tool('publint', path)],
    // The resolution of Node.js 10 knows no `exports`, so it cannot find a subpath.
    [`Package ${path}: types`, () => tool('attw', '--pack', path, '--profile', 'node16')],
  ]),
  ['Other Node.js releases', () => install('test/runtimes')],
];

let result = { passed: 0, failed: 0 };
for (const [title, check] of checks) {
  heading(title);
  if (await succeeds(check)) continue;
  result.failed = 1;
  process.stdout.write(`\n${title}: failed\n`);
  break;
}
if (result.failed === 0) {
  heading('Tests');
  result = runTests();
}
process.stdout.write(`\n${result.passed} passed, ${result.failed} failed\n`);
process.exitCode = result.failed === 0 ? 0 : 1;

/** A check fails by `false`, or by saying what is to be put right. */
async function succeeds(check) {
  try {
    return (await check()) !== false;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stdout.write(`${error.message}\n`);
    return false;
  }
}

function heading(title) {
  process.stdout.write(`\n── ${title} ${'─'.repeat(Math.max(0, 76 - title.length))}\n`);
}

function tool(name, ...args) {
  return execute(name, { args, shell: process.platform === 'win32' });
}

function execute(command, { args = [], ...options }) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: toolEnvironment(),
    stdio: 'inherit',
    ...options,
  });
  if (error) process.stderr.write(`${error.message}\n`);
  return status === 0;
}

function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'genai-otel-test-'));
  const file = join(folder, 'vitest.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const succeeded = execute(runtime(), { args: [vitest, 'run', ...reporters] });
    return count(readReport(file), succeeded);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run can fail without a failed test, as with a file that does not load: then that counts as one. */
function count(report, succeeded) {
  const passed = report?.numPassedTests ?? 0;
  const failed = report?.numFailedTests ?? 0;
  return { passed, failed: succeeded ? failed : Math.max(1, failed) };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
