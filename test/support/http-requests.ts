import * as fc from 'fast-check';
import { operations } from '../../functions/shell/operations.js';

/** Requests as an HTTP API hands them over: most of them near the truth, all of them possible. */

export interface FuzzedRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly event: object;
}

/** Users of the sample account, in states of every kind, and names that nobody has. */
const names = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'ci-deploy',
      'bob@example.com',
      'anna@example.com',
      'CI-DEPLOY',
      'breakglass',
      'nobody',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{1,70}$/) },
);

const methods = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE') },
  { weight: 1, arbitrary: fc.constantFrom('PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'get', 'PURGE', '') },
);

const templates = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...new Set(Object.values(operations).map(({ path }) => path))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/', '/users/', '/users/{name}/keys', '//users', '/users/{name}/'),
  },
  { weight: 1, arbitrary: fc.webPath() },
);

/** A method and a path: of one operation, or any two together. */
const targets = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...Object.values(operations).map(({ method, path }): [string, string] => [method, path]),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(methods, templates) },
);

const durations = fc.oneof(
  fc.constantFrom('PT0S', 'P30D', 'P1D', 'P1Y', '-P1D', 'P99999999D', '30'),
  fc.string({ maxLength: 20 }),
);
const queries = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      next: fc.oneof(fc.string(), fc.constant('AAAA')),
      origin: fc.oneof(fc.constantFrom('api', 'roster', 'adopted'), fc.string()),
      phase: fc.oneof(fc.constantFrom('Settled', 'Offboarded', 'Due'), fc.string()),
      keyOlderThan: durations,
      quarantine: durations,
      dryRun: fc.oneof(fc.constantFrom('true', 'false'), fc.string()),
    },
    { requiredKeys: [] },
  ),
  fc.record({ dryRun: fc.constantFrom('true', 'false') }),
  fc.dictionary(fc.string({ maxLength: 20 }), fc.string({ maxLength: 50 }), { maxKeys: 5 }),
);

const user = fc.record(
  {
    name: fc.oneof(names, fc.jsonValue()),
    owner: fc.oneof(fc.constant('team-a'), fc.string({ unit: 'binary', maxLength: 300 }), fc.jsonValue()),
    description: fc.oneof(fc.string({ unit: 'binary', maxLength: 1100 }), fc.jsonValue()),
    roles: fc.oneof(
      fc.subarray(['data_engineer', 'admin', 'infrastructure_admin', '__proto__', 'constructor']),
      fc.array(fc.string(), { maxLength: 12 }),
      fc.jsonValue(),
    ),
    tags: fc.oneof(
      fc.dictionary(fc.string({ maxLength: 130 }), fc.string({ unit: 'binary', maxLength: 260 }), {
        maxKeys: 40,
      }),
      fc.jsonValue(),
    ),
    kind: fc.oneof(fc.constantFrom('rotate', 'emergency', 'reactivate'), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const goodUser = fc.record({
  name: fc.stringMatching(/^new-[a-z]{1,3}$/),
  owner: fc.constant('team-a'),
  roles: fc.subarray(['data_engineer', 'admin']),
});

const goodChange = fc.record(
  {
    description: fc.string({ maxLength: 20 }),
    roles: fc.subarray(['data_engineer', 'admin', 'infrastructure_admin']),
    tags: fc.dictionary(
      fc.constantFrom('team', 'Team', 'cost center', 'aws:x', 'IAM-lifecycle:y'),
      fc.constantFrom('a', ''),
    ),
  },
  { requiredKeys: [] },
);

function deep(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

const texts = fc.oneof(
  { weight: 6, arbitrary: user.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: goodUser.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'null', '{"name":', '{}', '[]', '"\\ud800"', '{"__proto__":{"a":1}}'),
  },
  { weight: 1, arbitrary: fc.constantFrom(deep(100), deep(20_000), `"${'a'.repeat(70_000)}"`) },
);

/** As text, or in base64, which the gateway uses for what does not say that it is text. */
const bodies = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 6, arbitrary: texts.map((body) => ({ body })) },
  {
    weight: 1,
    arbitrary: texts.map((text) => ({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true })),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({
      body: Buffer.from(bytes).toString('base64'),
      isBase64Encoded: true,
    })),
  },
  { weight: 1, arbitrary: fc.string().map((body) => ({ body, isBase64Encoded: true })) },
);

/** Few, so that they meet again: with the same request, another one, another user. */
const idempotencyKeys = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('1', '"1"', '"2 3"', 'a'.repeat(255)) },
  { weight: 1, arbitrary: fc.constantFrom('', '"', '""', '"1";a=1', '1,2', 'a'.repeat(256)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);

const headers = fc.record(
  {
    'idempotency-key': idempotencyKeys,
    'content-type': fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml', 'multipart/form-data', '') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    ),
    prefer: fc.oneof(fc.constantFrom('wait=0', 'wait=999999999999', 'respond-async'), fc.string()),
    'if-match': fc.oneof(
      { weight: 3, arbitrary: fc.constant('*') },
      { weight: 1, arbitrary: fc.constantFrom('"of-before"', 'W/"weak"', '', ',') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    ),
    'x-forwarded-for': fc.string({ unit: 'binary' }),
  },
  { requiredKeys: [] },
);

/** What goes with PUT is read only where all of it is right, so it is drawn together more often than not. */
const goodChanges = fc.option(
  fc.record({
    headers: fc.constantFrom('*', '"of-before"', '').map((value) => ({ 'if-match': value })),
    body: goodChange.map((value) => ({ body: JSON.stringify(value) })),
    query: fc.constantFrom({}, { dryRun: 'true' }),
  }),
  { freq: 3 },
);

export const fuzzedRequest: fc.Arbitrary<FuzzedRequest> = fc
  .tuple(targets, names, queries, headers, bodies, goodChanges)
  .map(([[method, template], name, query, anyHeaders, anyBody, change]) => {
    const isGood = method === 'PUT' && change !== null;
    const header = isGood ? change.headers : anyHeaders;
    const body = isGood ? change.body : anyBody;
    const queryStringParameters = isGood ? change.query : query;
    const rawPath = template.replace('{name}', () => encodeURIComponent(name));
    const hasName = template.includes('{name}');
    return {
      method,
      rawPath,
      event: {
        version: '2.0',
        rawPath,
        headers: header,
        ...(Object.keys(queryStringParameters).length === 0 ? {} : { queryStringParameters }),
        ...(hasName ? { pathParameters: { name } } : {}),
        requestContext: {
          requestId: 'fuzzed',
          timeEpoch: 1_772_323_200_000,
          http: { method },
        },
        isBase64Encoded: false,
        ...body,
      },
    };
  });
