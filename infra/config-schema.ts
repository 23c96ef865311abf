import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { configSchema } from './config.js';

const schemaFile = fileURLToPath(new URL('config.schema.json', import.meta.url));

/** The JSON Schema of lifecycle.config.json, as the file holds it. Rules between settings have no place in it. */
export function configJsonSchema(): string {
  const schema = {
    ...z.toJSONSchema(configSchema, { io: 'input', reused: 'inline' }),
    title: 'iam-lifecycle configuration',
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(schemaFile, configJsonSchema());
