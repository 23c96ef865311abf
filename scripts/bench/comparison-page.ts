import { type Comparison, comparisonHead, comparisonRow } from './comparison.js';
import { type ToolName, phaseNames, toolNames } from './incumbent.js';
import { renderPlot } from './plot.js';

/** On what it was measured. */
export interface Surroundings {
  readonly date: string;
  readonly rounds: number;
  readonly machine: string;
  readonly versions: readonly string[];
}

const begin = '<!-- figures: start -->';
const end = '<!-- figures: end -->';
const colours: Readonly<Record<ToolName, string>> = { Terraform: '#7b42bc', 'iam-lifecycle': '#e8710a' };

/** The page with new figures between its marks. Throws where it has none. */
export function withFigures(page: string, comparisons: readonly Comparison[], on: Surroundings): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page lacks its marks: ${begin} and ${end}`);
  const figures = [
    begin,
    '',
    `Measured on ${on.date}: ${on.machine}; ${on.versions.join('; ')}. ${roundsText(on.rounds)}`,
    '',
    row(comparisonHead),
    row(comparisonHead.map((_, index) => (index === 1 ? '---' : '---:'))),
    ...comparisons.map((one) => row(comparisonRow(one))),
    '',
    '',
  ];
  return page.slice(0, from) + figures.join('\n') + page.slice(to);
}

const roundsText = (rounds: number): string => (rounds === 1 ? 'One round.' : `Medians of ${rounds} rounds.`);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function callsPlot(comparisons: readonly Comparison[]): string {
  const calls = panelsOf(comparisons, ({ of }, tool) => of[tool].calls);
  return renderPlot({ title: 'Calls to AWS', xLabel: 'users', yLabel: 'calls', panels: calls });
}

/** Of the time that a tool worked: what it waited on purpose does not grow with the users. */
export function secondsPlot(comparisons: readonly Comparison[]): string {
  const seconds = panelsOf(comparisons, ({ of }, tool) => of[tool].seconds - of[tool].waitedSeconds);
  return renderPlot({
    title: 'Time at work',
    xLabel: 'users',
    yLabel: 'seconds, without waiting on purpose',
    panels: seconds,
  });
}

function panelsOf(
  comparisons: readonly Comparison[],
  figure: (comparison: Comparison, tool: ToolName) => number,
) {
  return phaseNames.map((phase) => {
    const same = comparisons.filter((one) => one.phase === phase);
    const lines = toolNames.map((name) => {
      const points = same.map((one) => [one.users, figure(one, name)] as const);
      return { name, colour: colours[name], points };
    });
    return { title: phase, lines };
  });
}
