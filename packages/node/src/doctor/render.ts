import { styleText } from 'node:util';
import { countLevel, type Level, type Result, type Section } from './report.ts';

const signs: Record<Level, string> = { ok: '✔', note: '–', warning: '!', problem: '✘' };
const colors: Record<Level, Parameters<typeof styleText>[0]> = {
  ok: 'green',
  note: 'dim',
  warning: 'yellow',
  problem: 'red',
};

// Colours appear on a terminal alone, and not if NO_COLOR is set: styleText looks at both.
const sign = (level: Level): string => styleText(colors[level], signs[level], { stream: process.stdout });

/** The report for people. */
export function render(sections: readonly Section[], verdict: Result): string {
  const blocks = sections.map(({ title, results }) => {
    const width = Math.max(...results.map(({ label }) => label.length));
    const lines = results.flatMap((result) => renderResult(result, width));
    return [styleText('bold', title, { stream: process.stdout }), ...lines].join('\n');
  });
  return `${blocks.join('\n\n')}\n\n${sign(verdict.level)} ${verdict.text}\n`;
}

function renderResult({ level, label, text, details = [], action }: Result, width: number): string[] {
  const indent = ' '.repeat(6);
  return [
    `  ${sign(level)} ${label.padEnd(width)}  ${text}`,
    ...details.map((detail) => `${indent}${detail}`),
    ...(action === undefined ? [] : [`${indent}→ ${action}`]),
  ];
}

/** The last line: how it stands, in one sentence. */
export function verdict(sections: readonly Section[], sdks: readonly { status: string }[]): Result {
  const installed = sdks.filter(({ status }) => status !== 'not-installed');
  const hooked = installed.filter(({ status }) => status === 'hooked');
  const warnings = countLevel(sections, 'warning');
  const rest = warnings === 0 ? '' : `; ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  const counted = `${hooked.length} of ${installed.length} installed ${installed.length === 1 ? 'SDK' : 'SDKs'} hooked`;
  const text = installed.length === 0 ? 'No supported SDK is installed here' : counted;
  const level =
    countLevel(sections, 'problem') > 0 ? 'problem' : warnings > 0 || installed.length === 0 ? 'warning' : 'ok';
  return { level, label: '', text: `${text}${rest}.` };
}
