import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DetailType, detailType } from '../functions/core/event-details.js';
import { eventSource } from '../functions/core/names.js';
import { detailSchemas } from '../functions/shell/event-schema.js';
import * as z from '../functions/shell/schema.js';

/** Writes events/schemas: one file an event and version, by which whoever takes an event can check its detail. */

export const eventSchemaFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../events/schemas');

/** "access-key-rotated.v1.json" */
export function schemaFileOf(type: DetailType): string {
  return `${type.toLowerCase().replaceAll(' ', '-')}.v1.json`;
}

export const eventTypes: readonly DetailType[] = Object.values(detailType);

/** Of the detail, open to fields that a later release adds. */
export function eventJsonSchema(type: DetailType): string {
  const { $schema, ...rest } = z.toJSONSchema(detailSchemas[type], { io: 'output', reused: 'inline' });
  const open: unknown = JSON.parse(
    JSON.stringify({
      $schema,
      title: type,
      description: `Of the detail of "${type}", said by ${eventSource}.`,
      ...rest,
    }),
    (key, value: unknown) => (key === 'additionalProperties' && value === false ? undefined : value),
  );
  return `${JSON.stringify(open, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(eventSchemaFolder, { recursive: true });
  for (const type of eventTypes)
    await writeFile(path.join(eventSchemaFolder, schemaFileOf(type)), eventJsonSchema(type));
}
