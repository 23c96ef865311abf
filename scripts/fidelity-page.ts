import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Gap } from './fidelity/gap.js';
import { gaps } from './fidelity/gaps.js';

/** The page that has the list of gaps between its marks. */
export const fidelityPage = fileURLToPath(new URL('../docs/fidelity.md', import.meta.url));

const begin = '<!-- gaps: start -->';
const end = '<!-- gaps: end -->';
const faults = ['moto', 'ours', 'undocumented'] as const satisfies readonly Gap['fault'][];

/** The page with the present gaps. Throws where it lacks its marks. */
export function renderFidelityPage(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/fidelity.md lacks its marks: ${begin} and ${end}`);
  const sorted = faults.flatMap((fault) => gaps.filter((gap) => gap.fault === fault));
  const rows = sorted.map(({ fault, operations, difference, reason }) => [
    fault,
    operationsText(operations),
    difference,
    reason,
  ]);
  const head = ['fault', 'operations', 'difference', 'reason'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return page.slice(0, from) + [begin, '', ...lines, '', ''].join('\n') + page.slice(to);
}

function operationsText(operations: readonly string[]): string {
  return operations.length > 8 ? `${operations.length} operations` : operations.join(', ');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(fidelityPage, renderFidelityPage(await readFile(fidelityPage, 'utf8')));
