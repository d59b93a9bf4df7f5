import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { consult, examine, genaiOtel, noExport } from './support.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('the command line', () => {
  it.for([
    [['doctor', '--jsn'], "Unknown option '--jsn'"],
    [['doctor', '--json=yes'], "Option '--json' does not take an argument"],
    [['nurse'], "Unknown command 'nurse'"],
    [['doctor', 'twice'], "Unexpected argument 'twice'"],
    [[], 'No command'],
  ] as const)('%j is not understood: usage on standard error, exit code 2', async ([args, mistake]) => {
    const { code, stdout, stderr } = await genaiOtel(tmpdir(), args);
    expect(stderr).toContain(mistake);
    expect(stderr).toContain('Usage: genai-otel doctor [--json]');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.for([['--help'], ['doctor', '--help'], ['doctor', '-h']])('%j prints the usage', async (args) => {
    const { code, stdout } = await genaiOtel(tmpdir(), args);
    expect(stdout).toContain('Usage: genai-otel doctor [--json]');
    expect(code).toBe(0);
  });
});

describe('the output', () => {
  const colour = '\u001b[';

  it('has no colours where it is not a terminal, unless they are forced', async () => {
    expect((await consult({})).stdout).not.toContain(colour);
    expect((await consult({}, { ...noExport, FORCE_COLOR: '1' })).stdout).toContain(colour);
  });

  it('with --json is one object of the documented members', async () => {
    const { report } = await examine({});
    expect(Object.keys(report)).toEqual([
      'schemaVersion',
      'ok',
      'runtime',
      'sdks',
      'bundlers',
      'otherInstrumentations',
      'apiCopies',
      'exporters',
      'content',
      'convention',
      'findings',
    ]);
    expect(report.schemaVersion).toBe(1);
  });
});
