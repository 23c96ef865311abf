import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type PermissionStatement,
  functionBoundary,
  functionNames,
  maxInlineCharacters,
  maxManagedCharacters,
  permissionsOf,
  toDocument,
} from '../infra/permissions.js';
import { extended } from '../test/infra/context.js';
import { type Verdict, judgeAttacks } from '../test/infra/verdicts.js';

/** Writes the tables of docs/security.md, between their markers, from the statements and the attacks themselves. */

export const securityPage = path.join(path.dirname(fileURLToPath(import.meta.url)), '../docs/security.md');

const sections = ['attacks', 'permissions'] as const;
type Section = (typeof sections)[number];

/** The page with its tables as they are to be. Throws where a marker is missing. */
export async function renderSecurityPage(page: string): Promise<string> {
  const tables: Record<Section, string> = {
    attacks: attackTables(await judgeAttacks(extended)),
    permissions: permissionTables(),
  };
  return sections.reduce((text, section) => replaceSection(text, section, tables[section]), page);
}

function replaceSection(page: string, section: Section, table: string): string {
  const [start, end] = [`<!-- ${section}: start -->`, `<!-- ${section}: end -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/security.md lacks the markers ${start} and ${end}`);
  return `${page.slice(0, from + start.length)}\n\n${table}\n\n${page.slice(to)}`;
}

function attackTables(verdicts: readonly Verdict[]): string {
  const groups = [...new Set(verdicts.map(({ attack }) => attack.group))];
  const tries = verdicts.length * functionNames.length;
  const possible = verdicts.reduce((sum, { possibleFor }) => sum + possibleFor.length, 0);
  const left = verdicts.reduce((sum, { leftByBoundaryOf }) => sum + leftByBoundaryOf.length, 0);
  const summary = `${verdicts.length} attacks, each tried with ${functionNames.length} roles: ${tries - possible} of ${tries} are denied, ${possible} are the residual risks above. The boundaries alone stop ${tries - left} of ${tries}, were the functions' own policies to allow everything.`;
  return [summary, ...groups.map((group) => attackTable(group, verdicts))].join('\n\n');
}

function attackTable(group: string, verdicts: readonly Verdict[]): string {
  const rows = verdicts
    .filter(({ attack }) => attack.group === group)
    .map(({ attack, possibleFor, leftByBoundaryOf }) => [
      attack.title,
      ...functionNames.map((name) => (possibleFor.includes(name) ? '**possible**' : 'denied')),
      leftByBoundaryOf.length === 0 ? 'denied' : `denied but in ${leftByBoundaryOf.join(', ')}`,
    ]);
  return `### ${group}\n\n${table(['attack', ...functionNames, 'boundaries alone'], rows)}`;
}

function permissionTables(): string {
  const boundaries = functionNames.map((name) => functionBoundary(extended, name));
  const own = functionNames.map((name, index) => {
    const statements = permissionsOf(name, extended);
    const ceiling = boundaries[index]!;
    return [
      `### ${name}`,
      `Policy: ${sizeOf(statements, maxInlineCharacters)}`,
      statementTable(statements),
      `Boundary, beside what it denies to every function: ${sizeOf(ceiling, maxManagedCharacters)}`,
      statementTable(ceiling.filter((statement) => !isCommon(statement, boundaries))),
    ].join('\n\n');
  });
  const common = boundaries[0]!.filter((statement) => isCommon(statement, boundaries));
  return [...own, `### In the boundary of every function\n\n${statementTable(common)}`].join('\n\n');
}

/** It is in each of them, word for word. */
function isCommon(
  statement: PermissionStatement,
  boundaries: readonly (readonly PermissionStatement[])[],
): boolean {
  const text = JSON.stringify(statement);
  return boundaries.every((boundary) => boundary.some((other) => JSON.stringify(other) === text));
}

function sizeOf(statements: readonly PermissionStatement[], limit: number): string {
  const { length } = JSON.stringify(toDocument(statements));
  return `${length} of ${limit} characters, for a deployment with ${extended.assumePolicyArns.length} roles, a KMS key and every option.`;
}

function statementTable(statements: readonly PermissionStatement[]): string {
  const rows = statements.map(({ sid, effect, actions, resources, isElsewhere, conditions = {}, reason }) => [
    `${effect} ${sid}`,
    actions.map(code).join('<br>'),
    (isElsewhere ? 'all but ' : '') + resources.map((resource) => code(shorten(resource))).join('<br>'),
    Object.entries(conditions)
      .flatMap(([operator, operands]) =>
        Object.entries(operands).map(
          ([key, values]) =>
            `${operator} ${code(key)}: ${[values]
              .flat()
              .map((value) => code(shorten(value)))
              .join(', ')}`,
        ),
      )
      .join('<br>'),
    reason,
  ]);
  return table(['statement', 'actions', 'resources', 'conditions', 'why'], rows);
}

/** Account and region say nothing here. */
function shorten(text: string): string {
  return text.replaceAll(extended.accountId, 'ACCOUNT').replaceAll(extended.region, 'REGION');
}

function code(text: string): string {
  return `\`${text}\``;
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(securityPage, await renderSecurityPage(await readFile(securityPage, 'utf8')));
}
