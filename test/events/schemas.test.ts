import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventJsonSchema, eventSchemaFolder, eventTypes, schemaFileOf } from '../../scripts/event-schemas.js';

const schemaOf = (file: string) =>
  JSON.parse(readFileSync(path.join(eventSchemaFolder, file), 'utf8')) as {
    required: string[];
    properties: Record<string, unknown>;
    additionalProperties?: unknown;
  };

describe('events/schemas', () => {
  test('has one file for each event, and no other', () => {
    expect(readdirSync(eventSchemaFolder).toSorted()).toEqual([
      'access-key-rotated.v1.json',
      'attention-needed.v1.json',
      'leaked-key-answered.v1.json',
      'user-onboarded.v1.json',
      'user-purged.v1.json',
      'user-quarantined.v1.json',
      'user-restored.v1.json',
    ]);
  });

  test.each(eventTypes)('%s is that of the code: npm run docs:events writes it anew', (type) => {
    expect(schemaOf(schemaFileOf(type))).toEqual(JSON.parse(eventJsonSchema(type)));
  });

  test.each(eventTypes)('%s has the envelope, and is open to fields to come', (type) => {
    const schema = schemaOf(schemaFileOf(type));
    expect(schema.required).toEqual(
      expect.arrayContaining([
        'schemaVersion',
        'id',
        'accountId',
        'occurredAt',
        'userName',
        'userId',
        'owner',
        'why',
      ]),
    );
    expect(schema.properties.schemaVersion).toEqual({ type: 'number', const: 1 });
    expect(schema).not.toHaveProperty('additionalProperties');
  });
});
