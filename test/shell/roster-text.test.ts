import { expect, test } from '@jest/globals';
import { readText } from '../../functions/shell/roster-text.js';

test('values come with the line on which each stands, from 1', () => {
  const { value, lineOf, faults } = readText('a: 1\n\nb:\n  - x\n  - c: y\n    d: z\n');
  expect(value).toEqual({ a: 1, b: ['x', { c: 'y', d: 'z' }] });
  expect([['a'], ['b'], ['b', 0], ['b', 1], ['b', 1, 'd']].map((path) => lineOf(path))).toEqual([
    1, 3, 4, 5, 6,
  ]);
  expect(faults).toEqual([]);
});

test('what is missing stands on the line of what it is missing from', () => {
  const { lineOf } = readText('a:\n  b: {}\n');
  expect([lineOf(['a', 'b', 'c', 'd']), lineOf(['e'])]).toEqual([2, 1]);
});

test('JSON is read as well, with tabs and escapes', () => {
  const { value, lineOf } = readText('{\n\t"a": "\\ud83d\\ude00\\/",\n\t"b": [\n\t\t1\n\t]\n}\n');
  expect(value).toEqual({ a: '😀/', b: [1] });
  expect(lineOf(['b', 0])).toBe(4);
});

test('a key that looks like a number is the text that was written', () => {
  expect(readText('012: a\n1e3: b\n').value).toEqual({ '012': 'a', '1e3': 'b' });
});

test('aliases repeat their anchor, and its lines', () => {
  const { value, lineOf } = readText('one: &tags\n  Team: a\ntwo: *tags\n');
  expect(value).toEqual({ one: { Team: 'a' }, two: { Team: 'a' } });
  expect([lineOf(['two']), lineOf(['two', 'Team'])]).toEqual([3, 2]);
});

test("a map's own keys win over merged ones, wherever the merge stands, and the first of several wins", () => {
  const text = 'a: &a { x: 1, y: 1, z: 1 }\nb: &b { y: 2, z: 2 }\nc:\n  z: 3\n  <<: [*b, *a]\n';
  expect((readText(text).value as { c: unknown }).c).toEqual({ x: 1, y: 2, z: 3 });
});

test('one anchor may be used by thousands', () => {
  const text = `t: &t { Team: a }\nusers:\n${'  - { tags: *t }\n'.repeat(5000)}`;
  const { value, faults } = readText(text);
  expect(faults).toEqual([]);
  expect((value as { users: unknown[] }).users[4999]).toEqual({ tags: { Team: 'a' } });
});

test.each([
  [
    'a key that is given twice',
    'people:\n  bob: { a: 1 }\n  eve: {}\n  bob: { b: 2 }\n',
    [
      {
        line: 4,
        path: ['people', 'bob'],
        value: { b: 2 },
        rule: 'it is given a second time, first on line 2',
      },
    ],
  ],
  [
    'a custom tag',
    'a: 1\nb: !secret x\n',
    [{ line: 2, path: ['b'], value: '!secret', rule: 'tags of YAML have no meaning here' }],
  ],
  [
    'binary data',
    'a: !!binary aGVsbG8=\n',
    [{ line: 1, path: ['a'], value: 'tag:yaml.org,2002:binary', rule: 'tags of YAML have no meaning here' }],
  ],
  [
    'an alias of nothing',
    'a:\n  b: *c\n',
    [{ line: 2, path: ['a', 'b'], value: '*c', rule: 'there is no such anchor before it' }],
  ],
  [
    'a key that is a list',
    'a: 1\n? [x, y]\n: 2\n',
    [{ line: 2, path: [''], value: 2, rule: 'its key must be a plain text' }],
  ],
  [
    'a key by which JavaScript would change the map itself',
    '{"a": 1,\n "__proto__": {"b": 2}}',
    [{ line: 2, path: ['__proto__'], value: { b: 2 }, rule: 'its key must be a plain text' }],
  ],
  [
    'a merge of what is no map',
    'a: 1\n<<: x\n',
    [{ line: 1, path: ['<<'], value: 'x', rule: 'only maps can be merged' }],
  ],
])('%s is a fault', (_, text, faults) => {
  expect(readText(text).faults).toEqual(faults);
});

test('a syntax error is told with its line, and nothing is made of the rest', () => {
  const { value, faults } = readText('a: 1\nb: "x\n');
  expect(value).toBeUndefined();
  expect(faults).toEqual([{ line: 3, path: [], value: undefined, rule: 'Missing closing "quote' }]);
});

test('a second document is a syntax error', () => {
  expect(readText('a: 1\n---\nb: 2\n').faults).toHaveLength(1);
});

test('an anchor within itself ends, and so do aliases of aliases', () => {
  expect(readText('a: &a\n  b: *a\n').faults).toHaveLength(1);
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
  );
  expect(readText(['l0: &l0 [x]', ...levels].join('\n')).faults).toHaveLength(1);
});
