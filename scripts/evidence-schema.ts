import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordSchema, snapshotSchema, stepsSchema } from '../functions/shell/evidence-schema.js';
import * as z from '../functions/shell/schema.js';

/** Writes docs/evidence.schema.json, by which anybody can check what is filed of a departure. */

export const evidenceSchemaFile = path.join(
  path.dirname(fileURLToPath(import.meta.url)),
  '../docs/evidence.schema.json',
);

/** One of three, told apart by `form`. */
export function evidenceJsonSchema(): string {
  const forms = [snapshotSchema, stepsSchema, recordSchema].map((schema) => {
    const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', reused: 'inline' });
    return rest;
  });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'iam-lifecycle evidence',
    oneOf: forms,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(evidenceSchemaFile, evidenceJsonSchema());
