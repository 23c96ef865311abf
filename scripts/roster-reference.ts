import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aliasesOf } from '../functions/shell/roster-fields.js';
import { rosterJsonSchema } from './roster-schema.js';

/** Writes the tables of docs/roster.md, between their markers, from the JSON Schema of the roster. */

export const rosterPage = path.join(path.dirname(fileURLToPath(import.meta.url)), '../docs/roster.md');

const start = '<!-- fields: start -->';
const end = '<!-- fields: end -->';

/** What of a JSON Schema the tables are made of. */
interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly { readonly anyOf?: readonly { readonly required?: readonly string[] }[] }[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** The page with its tables as they are to be. Throws where a marker is missing. */
export function renderRosterPage(page: string): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/roster.md lacks the markers ${start} and ${end}`);
  return `${page.slice(0, from + start.length)}\n\n${sections().join('\n\n')}\n\n${page.slice(to)}`;
}

function sections(): string[] {
  const root = JSON.parse(rosterJsonSchema()) as Schema;
  const person = child(root, 'people').additionalProperties!;
  const systemUser = child(root, 'systemUsers').items!;
  const isShared = (field: string) => Object.hasOwn(systemUser.properties!, field);
  const isOfPeople = (field: string) => Object.hasOwn(person.properties!, field);
  const store = child(person, 'store').anyOf!.find(({ properties }) => properties !== undefined)!;
  const groups = child(root, 'groups');
  return [
    section('The roster', root),
    section('`defaults`', child(root, 'defaults')),
    section('Every user: `people.NAME` and `systemUsers[]`', person, isShared),
    section('People alone: `people.NAME`', person, (field) => !isShared(field)),
    section('System users alone: `systemUsers[]`', systemUser, (field) => !isOfPeople(field)),
    section('`store`, where it is a map', store),
    section('`label`', root.$defs!['label']!),
    section('`inlineIamPolicies.NAME`', child(person, 'inlineIamPolicies').additionalProperties!),
    section('`groups`', groups),
    section(
      '`groups.iamGroupsForCrossAccountAccess[]`',
      child(groups, 'iamGroupsForCrossAccountAccess').items!,
    ),
    section('`passwordPolicy`', child(root, 'passwordPolicy')),
  ];
}

function child({ properties }: Schema, field: string): Schema {
  const schema = properties?.[field];
  if (schema === undefined) throw new Error(`the schema has no field ${field}`);
  return schema;
}

function section(title: string, schema: Schema, isShown: (field: string) => boolean = () => true): string {
  const required = requiredIn(schema);
  const rows = Object.entries(schema.properties!)
    .filter(([field, { $ref, description }]) => isShown(field) && !isAlias($ref, description))
    .map(([field, { description, default: usual }]) => {
      if (description === undefined) throw new Error(`${title}: ${field} says nothing`);
      const others = aliasesOf(field).filter((alias) => Object.hasOwn(schema.properties!, alias));
      return [
        code(field),
        others.map(code).join(' ') || '-',
        usualText(usual, required.has(field)),
        description,
      ];
    });
  const head = ['field', 'other names', 'default', 'meaning'];
  return [`### ${title}\n`, line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** An alias refers to its field, and says so. */
function isAlias(ref: string | undefined, description = ''): boolean {
  return ref !== undefined && description.startsWith('The same as ');
}

/** A field that has other names may be given under any of them. */
function requiredIn({ required = [], allOf = [] }: Schema): ReadonlySet<string> {
  const named = allOf.flatMap(({ anyOf = [] }) => anyOf.flatMap(({ required: names = [] }) => names));
  return new Set([...required, ...named]);
}

function usualText(usual: unknown, isRequired: boolean): string {
  if (isRequired) return 'required';
  if (usual === undefined) return '-';
  return code(typeof usual === 'string' ? usual : JSON.stringify(usual).replaceAll('","', '", "'));
}

const code = (text: string) => `\`${text}\``;
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(rosterPage, renderRosterPage(await readFile(rosterPage, 'utf8')));
