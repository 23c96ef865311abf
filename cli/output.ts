import Table from 'cli-table3';
import { type Instant, formatInstant, formatSpan } from '../functions/core/instants.js';

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows below their heads, aligned, for people and for cut and grep: no borders, no colours. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** "2026-03-01 09:00Z", in UTC. */
export function formatMinute(at: Instant): string {
  return `${formatInstant(at).slice(0, 16).replace('T', ' ')}Z`;
}

export function formatAge(from: Instant | null, now: Instant): string {
  return from === null ? '-' : formatSpan(Math.max(0, now - from));
}

export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
