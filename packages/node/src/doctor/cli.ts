#!/usr/bin/env node
/** The command `genai-otel`. */
import { parseArgs } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };

const usage = `Usage: genai-otel doctor [--json]

Run it in the folder of an application. It loads each supported SDK that is installed there in a process of its own, as the
application would, and says whether it is hooked and what stands in the way; whether something else instruments it too; which
copy of @opentelemetry/api wins; whether the exporters' endpoints answer; and what is recorded. OTEL_* variables and
NODE_OPTIONS are taken as the application would take them, so set them as it has them.

Options:
  --json   print one JSON object instead of text
  --help   print this

Exit codes: 0 every installed SDK is hooked; 1 one is not; 2 the command was not understood.
`;

function readArguments(): { command: string | undefined; json: boolean; help: boolean } | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    const [command, unexpected] = positionals;
    if (unexpected !== undefined) return { mistake: `Unexpected argument '${unexpected}'` };
    return { command, ...values };
  } catch (error) {
    return { mistake: error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error) };
  }
}

async function run(): Promise<number> {
  const options = readArguments();
  if ('mistake' in options || (!options.help && options.command !== 'doctor')) {
    const mistake =
      'mistake' in options
        ? options.mistake
        : options.command === undefined
          ? 'No command'
          : `Unknown command '${options.command}'`;
    process.stderr.write(`${mistake}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    // Loaded only now, because an older Node.js lacks what it imports.
    const { doctor } = await import('./doctor.ts');
    return await doctor(process.cwd(), options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `genai-otel doctor could not run on Node.js ${process.versions.node}: ${reason}\n` +
        `It needs Node.js ${packageJson.engines.node} and @opentelemetry/api (npm install @opentelemetry/api).\n`,
    );
    return 1;
  }
}

process.exitCode = await run();
