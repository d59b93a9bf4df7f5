import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// This file runs before anything is installed, also on a Node.js that is too old for the rest.

export const root = fileURLToPath(new URL('..', import.meta.url));

const bin = join(root, 'node_modules', '.bin');
const bundledNode = join(bin, 'node');
const isWindows = process.platform === 'win32';

/** What a person has to put right before anything can run; the message says how. */
export class SetupError extends Error {}

/**
 * Installs and builds what is missing or stale.
 *
 * @throws {SetupError} where it cannot
 */
export async function prepare() {
  const { engines, optionalDependencies } = readJson(root, 'package.json');
  const packageForThisMachine = `node-${process.platform}-${process.arch}`;
  if (!isSupported(process.version) && !(packageForThisMachine in optionalDependencies)) {
    fail(
      `Node.js ${engines.node} is needed, and this is ${process.version}. Install it from https://nodejs.org and try again.`,
    );
  }
  await install('.');
  if (runtime() === undefined) {
    fail(
      `Node.js ${engines.node} is needed, this is ${process.version}, and the one in the package ${packageForThisMachine} is ` +
        'not there or does not run here. Install Node.js from https://nodejs.org and try again.',
    );
  }
  if (listPackages().some(isStale)) await npm('Building the packages', '.', ['run', 'build']);
}

/** Installs the packages of a folder unless they are there as its lock file says. */
export async function install(folder) {
  if (isInstalled(join(root, folder))) return;
  const where = folder === '.' ? '' : ` of ${folder}`;
  await npm(`Installing the packages${where}`, folder, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** @returns {string | undefined} the path of a Node.js that runs this project, the running one if it can */
export function runtime() {
  if (isSupported(process.version)) return process.execPath;
  if (!existsSync(bundledNode)) return undefined;
  const { stdout } = spawnSync(bundledNode, ['--version'], { encoding: 'utf8' });
  return stdout && isSupported(stdout.trim()) ? bundledNode : undefined;
}

/** The environment in which `node` is {@link runtime}, and the tools of this project are found. */
export function toolEnvironment() {
  const node = runtime();
  const path = [...(node === undefined ? [] : [dirname(node)]), bin, process.env.PATH];
  return { ...process.env, PATH: path.join(delimiter) };
}

/** Runs a script of this repository with {@link runtime}. @returns {Promise<number>} its exit code */
export function run(script, args = []) {
  const node = runtime();
  if (node === undefined) fail('Nothing is installed yet: run this without --no-prepare.');
  const child = spawn(node, [join(root, script), ...args], { cwd: root, env: toolEnvironment(), stdio: 'inherit' });
  // The terminal sends its interrupt to the script too, which ends in its own way; other senders reach only this process.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === null ? 1 : code));
  });
}

/** The folders of the packages that are published. */
export function listPackages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

function isSupported(version) {
  const minimum = readJson(root, 'package.json').engines.node.replace('>=', '');
  const [a, b] = [version.replace(/^v/, ''), minimum].map((each) => each.split('.').map(Number));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1];
}

function isInstalled(folder) {
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  if (!existsSync(hidden)) return false;
  if (statSync(hidden).mtimeMs >= statSync(lock).mtimeMs) return true;
  // Written later, but perhaps with the same packages: what is there decides.
  const there = readJson(hidden).packages;
  return Object.entries(readJson(lock).packages).every(
    ([path, { version, optional }]) => path === '' || (path in there ? there[path].version === version : optional),
  );
}

/** Whether a package has a build, and an output is missing or older than what it is built from. */
function isStale(folder) {
  const { scripts = {}, exports = {} } = readJson(folder, 'package.json');
  if (scripts.build === undefined) return false;
  const outputs = listStrings(exports).filter((path) => path.startsWith('./dist/'));
  if (outputs.some((path) => !existsSync(join(folder, path)))) return true;
  const inputs = ['src', 'package.json', 'tsdown.config.ts'].map((name) => join(folder, name));
  inputs.push(join(root, 'package-lock.json'));
  return Math.max(...inputs.map(newest)) > newest(join(folder, 'dist'));
}

/** The latest modification in a file or a folder, in milliseconds since 1970. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function listStrings(value) {
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(listStrings);
}

async function npm(title, folder, args) {
  const finish = showProgress(title);
  const { code, output } = await capture('npm', args, join(root, folder));
  finish(code === 0 ? 'done' : 'failed');
  if (code === 0) return;
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(output);
  const hint = offline
    ? 'npm cannot reach its registry. Is this machine offline?'
    : `npm ${args.filter((arg) => !arg.startsWith('-')).join(' ')} failed; what it said is above.`;
  fail(`${shorten(output)}\n\n${hint}`);
}

/** The begin and the end of what npm said: usage errors name their reason first, builds last. */
function shorten(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn'));
  return (lines.length > 32 ? [...lines.slice(0, 15), '…', ...lines.slice(-15)] : lines).join('\n');
}

function capture(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: toolEnvironment(),
      shell: isWindows,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ code: 1, output: `${output}\n${command}: ${error.message}` }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** One line on standard error, which counts the seconds in a terminal. @returns how to end it */
function showProgress(title) {
  const { stderr } = process;
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  const timer = stderr.isTTY ? setInterval(() => stderr.write(`\r${title} … ${seconds()}`), 1000) : undefined;
  stderr.write(`${title} … `);
  return (state) => {
    clearInterval(timer);
    stderr.write(`${stderr.isTTY ? `\r${title} … ` : ''}${state} in ${seconds()}\n`);
  };
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

/** @returns {never} */
function fail(message) {
  throw new SetupError(message);
}
