import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { PolicyDocument } from '../../../functions/core/assume-policy.js';
import { splitPolicy } from '../../../functions/core/roster/split-policy.js';

const documentOf = (...statements: object[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
const bucket = (index: number, length: number) => `arn:aws:s3:::${`${index}`.padStart(length - 13, 'b')}`;
const buckets = (amount: number, length = 100) =>
  Array.from({ length: amount }, (_, index) => bucket(index, length));

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** What a document says: each effect, action, resource and condition, and what stands for all but some as it is. */
function tuplesOf(documents: readonly PolicyDocument[]): Set<string> {
  const tuples = documents
    .flatMap(({ Statement }) => Statement as Record<string, unknown>[])
    .flatMap(({ Sid: _sid, Effect, Action, Resource, ...rest }) =>
      listOf(Action).flatMap((action) =>
        listOf(Resource).map((resource) => JSON.stringify([Effect, action, resource, rest])),
      ),
    );
  return new Set(tuples);
}

// {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"…"}]} takes 87 beside the ARN.
test('a document of 6,144 characters is left as it is, and one of 6,145 is not', () => {
  const one = documentOf({ Effect: 'Allow', Action: 's3:*', Resource: bucket(1, 6144 - 87) });
  expect(JSON.stringify(one)).toHaveLength(6144);
  expect(splitPolicy(one, 'p')).toEqual([one]);
  const longer = documentOf({ Effect: 'Allow', Action: 's3:*', Resource: bucket(1, 6144 - 86) });
  expect(() => splitPolicy(longer, 'p')).toThrow('policy p is "a statement of 6106 characters"');
});

test('white space in the text that it was read from does not count', () => {
  const text = JSON.stringify(
    documentOf({ Effect: 'Allow', Action: 's3:*', Resource: buckets(50) }),
    null,
    60,
  );
  expect(text.length).toBeGreaterThan(6144);
  expect(splitPolicy(JSON.parse(text) as PolicyDocument, 'p')).toHaveLength(1);
});

function named(Sid: string, amount: number): object {
  return { Sid, Effect: 'Allow', Action: 's3:*', Resource: buckets(amount) };
}

test('whole statements go into the first document that has room, under their names', () => {
  const parts = splitPolicy(documentOf(named('A', 40), named('B', 30), named('C', 15)), 'p');
  const sids = parts.map(({ Statement }) => Statement.map((statement) => (statement as { Sid: string }).Sid));
  expect(sids).toEqual([['A', 'C'], ['B']]);
});

test('a statement that is too long is cut by its resources', () => {
  const long = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: buckets(100) };
  const parts = splitPolicy(documentOf(long), 'p');
  expect(parts).toHaveLength(2);
  expect(tuplesOf(parts)).toEqual(tuplesOf([documentOf(long)]));
});

test('or by its actions, of which a Deny may have many too', () => {
  const actions = Array.from({ length: 300 }, (_, index) => `ec2:DescribeSomethingOfKind${index}`);
  const long = { Effect: 'Deny', Action: actions, Resource: '*' };
  const parts = splitPolicy(documentOf(long), 'p');
  expect(parts.length).toBeGreaterThan(1);
  expect(tuplesOf(parts)).toEqual(tuplesOf([documentOf(long)]));
});

test('or by both, where each alone leaves no room for the other', () => {
  const actions = Array.from({ length: 200 }, (_, index) => `ec2:DescribeSomethingOfKind${100 + index}`);
  const long = { Effect: 'Allow', Action: actions, Resource: buckets(65) };
  const parts = splitPolicy(documentOf(long), 'p');
  expect(parts.length).toBeLessThanOrEqual(10);
  expect(tuplesOf(parts)).toEqual(tuplesOf([documentOf(long)]));
});

test('what is said with all but some is kept whole, and what stands beside it is cut', () => {
  const long = { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: buckets(100) };
  const statements = splitPolicy(documentOf(long), 'p').flatMap(
    ({ Statement }) => Statement as (typeof long)[],
  );
  expect(statements.map(({ NotAction }) => NotAction)).toEqual([
    ['iam:*', 'sts:*'],
    ['iam:*', 'sts:*'],
  ]);
  expect(statements.flatMap(({ Resource }) => Resource)).toEqual(buckets(100));
});

describe('what cannot be cut is refused, with the policy and the size', () => {
  const actions = Array.from({ length: 300 }, (_, index) => `ec2:DescribeSomethingOfKind${index}`);
  test.each(
    Object.entries({
      'all actions but a long list': { Effect: 'Deny', NotAction: actions, Resource: '*' },
      'all resources but a long list': { Effect: 'Allow', Action: 's3:*', NotResource: buckets(100) },
      'a long condition': {
        Effect: 'Allow',
        Action: ['s3:*', 'ec2:*'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:username': actions } },
      },
    }),
  )('%s', (_, statement) => {
    expect(() => splitPolicy(documentOf(statement), 'too-long')).toThrow(
      /^policy too-long is "a statement of \d{4,5} characters": it must be at most 6144 characters long/,
    );
  });
});

describe('of any document', () => {
  const resources = fc
    .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 20, max: 150 }))
    .map(([amount, length]) => buckets(amount, length));
  const actions = fc
    .tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 15 }))
    .map(([amount, length]) =>
      Array.from({ length: amount }, (_, index) => `s3:${'Get'.repeat(length)}${index}`),
    );
  const statement = fc.record(
    {
      Sid: fc.stringMatching(/^[A-Za-z]{1,8}$/),
      Effect: fc.constantFrom('Allow', 'Deny'),
      Action: fc.oneof(fc.constant('*'), actions),
      Resource: fc.oneof(fc.constant('*'), resources),
      Condition: fc.constant({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    },
    { requiredKeys: ['Effect', 'Action', 'Resource'] },
  );
  const anyDocument = fc
    .uniqueArray(statement, { minLength: 1, maxLength: 6, selector: ({ Sid = Symbol() }) => Sid })
    .map((statements) => documentOf(...statements));

  test('the parts fit, and mean together what it means', () => {
    let splits = 0;
    fc.assert(
      fc.property(anyDocument, (document) => {
        const parts = splitPolicy(document, 'p');
        if (parts.length > 1) splits += 1;
        for (const part of parts) expect(JSON.stringify(part).length).toBeLessThanOrEqual(6144);
        expect(tuplesOf(parts)).toEqual(tuplesOf([document]));
      }),
    );
    expect(splits).toBeGreaterThan(10);
  });

  test('no Sid comes twice in a part, and no part is empty', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        for (const { Statement } of splitPolicy(document, 'p')) {
          const sids = (Statement as { Sid?: string }[]).flatMap(({ Sid }) => Sid ?? []);
          expect(new Set(sids).size).toBe(sids.length);
          expect(Statement.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
