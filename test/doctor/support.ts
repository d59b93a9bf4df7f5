import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const cli = fromRoot('packages/node/dist/cli.mjs');
if (!existsSync(cli)) throw new Error('Build the packages first: npm run build');

/** The openai SDK at a release that the repository has. */
export const openai = (release: '4' | '4.19' | '5' | '6' | '7'): string =>
  fromRoot(release === '7' ? 'node_modules/openai' : `test/sdks/openai-${release}/node_modules/openai`);

type Files = Record<string, string>;

export interface ApplicationShape {
  manifest?: object;
  /** Files of the application's own. */
  files?: Files;
  /** What is in `node_modules`: a folder that is linked, or files by path. */
  packages?: Record<string, string | Files>;
}

/** An application in a temporary folder, with this package installed. */
export class TestApplication implements AsyncDisposable {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create({ manifest = {}, files = {}, packages = {} }: ApplicationShape): Promise<TestApplication> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'genai-otel-doctor-')));
    await write(directory, { 'package.json': JSON.stringify({ name: 'app', private: true, ...manifest }), ...files });
    const installed = { '@genai-otel/node': fromRoot('packages/node'), ...packages };
    for (const [name, content] of Object.entries(installed)) {
      const target = join(directory, 'node_modules', name);
      await mkdir(dirname(target), { recursive: true });
      if (typeof content === 'string') await symlink(content, target);
      else await write(target, content);
    }
    return new TestApplication(directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function write(directory: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

/** A package that consists of its package.json. */
export const stub = (name: string, version: string): Files => ({ 'package.json': JSON.stringify({ name, version }) });

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Nothing that would reach OpenTelemetry, Node.js or the colours by accident. */
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_|OPENAI_|VITEST|NO_COLOR|FORCE_COLOR)/.test(name)),
);

export const noExport = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

/** Runs the command in a folder. Exporters are off unless the environment says more. */
export function genaiOtel(
  directory: string,
  args: readonly string[] = ['doctor'],
  env: Record<string, string> = noExport,
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: directory,
    env: { ...cleanEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, ...output }));
  return promise;
}

export interface Finding {
  level: string;
  section: string;
  label: string;
  text: string;
  action?: string;
}

/** What `--json` prints, as far as the tests look at it. */
export interface Report {
  schemaVersion: number;
  ok: boolean;
  runtime: Record<string, unknown>;
  sdks: { package: string; status: string; reason?: string; message?: string; routes?: Record<string, unknown>[] }[];
  bundlers: string[];
  otherInstrumentations: { package: string }[];
  apiCopies: { version: string; wins: boolean; recorded: boolean; usedBy: string[] }[];
  exporters: Record<string, unknown>[];
  content: Record<string, unknown>;
  convention: Record<string, unknown>;
  findings: Finding[];
}

/** Runs `doctor --json` in an application of this shape. */
export async function examine(
  shape: ApplicationShape,
  env?: Record<string, string>,
): Promise<{ code: number | null; report: Report; output: string }> {
  await using application = await TestApplication.create(shape);
  const { code, stdout, stderr } = await genaiOtel(application.directory, ['doctor', '--json'], env);
  if (stderr !== '') throw new Error(stderr);
  return { code, report: JSON.parse(stdout) as Report, output: stdout };
}

/** Runs `doctor` for people in an application of this shape. */
export async function consult(shape: ApplicationShape, env?: Record<string, string>): Promise<Outcome> {
  await using application = await TestApplication.create(shape);
  return await genaiOtel(application.directory, ['doctor'], env);
}
