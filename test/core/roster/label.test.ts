import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { InvalidValue } from '../../../functions/core/invalid-value.js';
import { type Label, type LabelInput, buildLabel } from '../../../functions/core/roster/label.js';
import { md5 } from '../../../functions/shell/md5.js';

interface Case {
  readonly input: LabelInput;
  /** Some or all of the module's outputs, by their own names. */
  readonly expect: Readonly<Record<string, unknown>>;
}

/** What the real module (null-label 0.25.0 under Terraform 1.11.4) puts out for these inputs. */
function realCases(file: string): [string, Case][] {
  const text = readFileSync(new URL(`../../conformance/${file}`, import.meta.url), 'utf8');
  return Object.entries(JSON.parse(text) as Record<string, Case>);
}

const label = (input: LabelInput): Label => buildLabel(input, md5);
const camelCase = (text: string): string =>
  text.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

describe.each(['null-label.json', 'null-label-rules.json'])('as the real module answers in %s', (file) => {
  test.each(realCases(file))('%s', (_, { input, expect: outputs }) => {
    const built = label(input) as unknown as Readonly<Record<string, unknown>>;
    expect(Object.keys(outputs)).not.toHaveLength(0);
    for (const [output, value] of Object.entries(outputs)) expect(built[camelCase(output)]).toEqual(value);
  });
});

test('the order of the list of tags is that of their keys', () => {
  const tags = { b: '1', a: '2', é: '3', Z: '4' };
  const { tagsAsListOfMaps } = label({ tags, additional_tag_map: { propagate: 'true' } });
  expect(tagsAsListOfMaps).toEqual([
    { key: 'Z', value: '4', propagate: 'true' },
    { key: 'a', value: '2', propagate: 'true' },
    { key: 'b', value: '1', propagate: 'true' },
    { key: 'é', value: '3', propagate: 'true' },
  ]);
});

describe('ids worked out by hand', () => {
  const winston = {
    tenant: 'H.R.H',
    environment: 'UAT',
    stage: 'build',
    name: 'Winston Churchroom',
    attributes: ['fire', 'water', 'earth', 'air'],
    label_order: ['name', 'tenant', 'environment', 'stage', 'attributes'],
  };
  const eg = { namespace: 'eg', stage: 'prod', name: 'longername' };

  test.each<[string, LabelInput]>([
    ['eg-130a1f', { ...eg, id_length_limit: 9 }],
    ['winstonchurchroom-hrh-uat-6403d8', { ...winston, id_length_limit: 32 }],
    ['winstonchurchroom-hrh-uat-b-6403d', { ...winston, id_length_limit: 33 }],
    ['EG-PRO-0FEB2', { ...eg, name: 'applongname', id_length_limit: 12, label_value_case: 'upper' }],
    ['Eg-Pro-99bdb', { ...eg, name: 'applongname', id_length_limit: 12, label_value_case: 'title' }],
    ['eg::p::50709', { ...eg, name: 'applongname', id_length_limit: 12, delimiter: '::' }],
    ['app-app', { name: 'app', label_order: ['name', 'name'] }],
    ['-eg---app-', { namespace: '-eg-', name: '-app-' }],
  ])('%s', (id, input) => {
    expect(label(input).id).toBe(id);
  });

  test('the same inputs make the same name, whatever null is said of the others', () => {
    const nulls = {
      tenant: null,
      delimiter: null,
      label_order: null,
      id_length_limit: null,
      context: null,
      tags: null,
    };
    expect(label({ ...eg, ...nulls })).toEqual(label(eg));
  });
});

describe('what the module refuses is refused with field, value and rule', () => {
  test.each<[LabelInput, string]>([
    [{ id_length_limit: 5 }, 'id_length_limit is "5": it must be 0 for no limit, or 6 or more'],
    [{ id_length_limit: -1 }, 'id_length_limit is "-1": it must be 0 for no limit, or 6 or more'],
    [{ id_length_limit: 8.5 }, 'id_length_limit is "8.5": it must be a whole number'],
    [{ label_key_case: 'none' }, 'label_key_case is "none": it must be one of lower, title, upper'],
    [
      { label_value_case: 'camel' },
      'label_value_case is "camel": it must be one of lower, title, upper, none',
    ],
    [
      { context: { label_value_case: 'Lower' } },
      'context.label_value_case is "Lower": it must be one of lower, title, upper, none',
    ],
    [
      { label_order: ['name', 'Stage'] },
      'label_order is "Stage": it must be one of namespace, tenant, environment, stage, name, attributes',
    ],
    [
      { descriptor_formats: { stack: { format: '%s', labels: ['id'] } } },
      'descriptor_formats.stack.labels is "id": it must be one of namespace, tenant, environment, stage, name, attributes',
    ],
    [
      { name: 'app', descriptor_formats: { stack: { format: '%d', labels: ['name'] } } },
      'descriptor_formats.stack.format is "%d": it must be a format whose %d suits the label "app"',
    ],
    [
      { regex_replace_chars: '/a(/' },
      'regex_replace_chars is "/a(/": it must be a regular expression of RE2; this is one without a ")", at character 3',
    ],
  ])('%j', (input, message) => {
    expect(() => label(input)).toThrow(InvalidValue);
    expect(() => label(input)).toThrow(message);
  });
});
