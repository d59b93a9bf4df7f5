import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The packages as npm installs them beside OpenTelemetry 2.x, with `@opentelemetry/api` 1.9 for all: real copies, because
 * a link would lead to the repository's own `@opentelemetry/api`.
 */
export class OpenTelemetry2Installation implements AsyncDisposable {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<OpenTelemetry2Installation> {
    const parent = join(root, 'node_modules/.cache');
    await mkdir(parent, { recursive: true });
    const directory = await mkdtemp(join(parent, 'otel-2-'));
    const modules = join(directory, 'node_modules');
    await cp(join(root, 'test/hosts/otel-2/node_modules/@opentelemetry'), join(modules, '@opentelemetry'), {
      recursive: true,
    });
    await cp(join(root, 'node_modules/@opentelemetry/api-logs'), join(modules, '@opentelemetry/api-logs'), {
      recursive: true,
    });
    for (const name of ['core', 'instrumentation-openai', 'node']) {
      for (const part of ['package.json', 'dist']) {
        await cp(join(root, 'packages', name, part), join(modules, '@genai-otel', name, part), { recursive: true });
      }
    }
    await cp(join(root, 'test/preload/apps'), join(directory, 'apps'), { recursive: true });
    await cp(join(root, 'test/preload/support'), join(directory, 'support'), { recursive: true });
    return new OpenTelemetry2Installation(directory);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}
