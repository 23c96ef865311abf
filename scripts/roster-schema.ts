import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aliasesOf } from '../functions/shell/roster-fields.js';
import { rosterSchema } from '../functions/shell/roster-schema.js';
import * as z from '../functions/shell/schema.js';

/** Writes roster.schema.json, by which editors complete and check a roster. */

const schemaFile = path.join(path.dirname(fileURLToPath(import.meta.url)), '../roster.schema.json');

interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** The JSON Schema as the file holds it. Rules between fields have no place in it. */
export function rosterJsonSchema(): string {
  const schema = z.toJSONSchema(rosterSchema, { io: 'input', reused: 'inline' });
  const { $schema, ...rest } = withAliases(schema, '#') as JsonSchema;
  return `${JSON.stringify({ $schema, title: 'iam-lifecycle roster', ...rest }, null, 2)}\n`;
}

/** Every field under each of its names; the others refer to the first. */
function withAliases(node: unknown, pointer: string): unknown {
  if (Array.isArray(node)) return node.map((item, index) => withAliases(item, `${pointer}/${index}`));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => {
    return [key, withAliases(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)];
  });
  const copy = Object.fromEntries(entries) as JsonSchema;
  if (copy.properties === undefined || copy['type'] !== 'object') return copy;
  const aliases = Object.keys(copy.properties).flatMap((field) =>
    aliasesOf(field)
      .filter((alias) => !Object.hasOwn(copy.properties!, alias))
      .map((alias) => [
        alias,
        { $ref: `${pointer}/properties/${field}`, description: `The same as ${field}.` },
      ]),
  );
  const { required = [], ...rest } = copy;
  return {
    ...rest,
    properties: { ...copy.properties, ...(Object.fromEntries(aliases) as object) },
    ...requirementsOf(required),
  };
}

/** A required field may be given under any of its names. */
function requirementsOf(required: readonly string[]): object {
  if (required.length === 0) return {};
  const plain = required.filter((field) => aliasesOf(field).length === 0);
  const named = required.filter((field) => aliasesOf(field).length > 0);
  return {
    ...(plain.length === 0 ? {} : { required: plain }),
    ...(named.length === 0
      ? {}
      : {
          allOf: named.map((field) => ({
            anyOf: [field, ...aliasesOf(field)].map((name) => ({ required: [name] })),
          })),
        }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(schemaFile, rosterJsonSchema());
