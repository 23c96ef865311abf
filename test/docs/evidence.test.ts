import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { recordForm, stepsForm } from '../../functions/core/departure-record.js';
import { snapshotForm } from '../../functions/core/snapshot.js';
import { parseEvidence, snapshotSchema, stepsSchema } from '../../functions/shell/evidence-schema.js';
import { evidenceJsonSchema, evidenceSchemaFile } from '../../scripts/evidence-schema.js';

describe('docs/evidence.schema.json', () => {
  test('is that of the code: npm run docs:evidence writes it anew', () => {
    expect(JSON.parse(readFileSync(evidenceSchemaFile, 'utf8'))).toEqual(JSON.parse(evidenceJsonSchema()));
  });

  test('tells its three forms apart', () => {
    const { oneOf } = JSON.parse(evidenceJsonSchema()) as {
      oneOf: { properties: { form: { const: string } } }[];
    };
    expect(oneOf.map(({ properties }) => properties.form.const)).toEqual([
      snapshotForm,
      stepsForm,
      recordForm,
    ]);
  });
});

describe('evidence that is read', () => {
  const steps = {
    form: stepsForm,
    by: 'run',
    steps: [{ at: '2026-03-01', step: 'DeleteKey', what: 'a key' }],
  };

  test('is taken in its form', () => {
    expect(parseEvidence(stepsSchema, JSON.stringify(steps), 'k')).toEqual(steps);
  });

  test.each([
    ['is no JSON', 'nothing', 'users/ann/x.json: it: '],
    ['is of another form', JSON.stringify(steps), 'users/ann/x.json: form: '],
  ])('and %s is refused, with its key, the field and the rule', (_, text, message) => {
    expect(() => parseEvidence(snapshotSchema, text, 'users/ann/x.json')).toThrow(
      expect.objectContaining({ name: 'InvalidEvidence', message: expect.stringContaining(message) }),
    );
  });
});
