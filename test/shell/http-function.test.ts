import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import {
  HttpProblem,
  type HttpRequest,
  type HttpResponse,
  httpFunction,
  jsonResponse,
  readBody,
} from '../../functions/shell/http-function.js';
import { context, stubRuntime } from '../support/runtime.js';

const schema = z.strictObject({
  name: z.string().min(1, 'it must not be empty'),
  roles: z.array(z.string()).default([]),
  nested: z.strictObject({ size: z.number() }).optional(),
});

function event(more: object = {}): object {
  return {
    version: '2.0',
    routeKey: 'POST /users',
    rawPath: '/users',
    headers: { 'content-type': 'application/json' },
    requestContext: {
      requestId: 'r-7',
      timeEpoch: 1_772_323_200_000,
      http: { method: 'POST' },
      stage: '$default',
    },
    isBase64Encoded: false,
    ...more,
  };
}

/** A function that answers with the body it read. */
async function call(
  more: object,
  run = (request: HttpRequest): HttpResponse => jsonResponse(200, readBody(request, schema)),
) {
  const { runtime, journal } = stubRuntime();
  const handler = httpFunction({ name: 'test', env: [], run: async (request) => run(request) })(runtime);
  const response = (await handler(event(more), context)) as {
    statusCode: number;
    headers: object;
    body: string;
  };
  return { ...response, problem: JSON.parse(response.body) as Record<string, unknown>, journal };
}

/** The line that each request leaves. */
const answered = (status: number, caller: string | null = null) =>
  `note answered ${JSON.stringify({ method: 'POST', path: '/users', status, caller, requestId: 'r-7' })}`;

test('every line says who asked, and under which id', async () => {
  const { runtime, journal } = stubRuntime();
  const handler = httpFunction({
    name: 'test',
    env: [],
    run: async (_request, deps) => {
      deps.journal.note('looked', { userName: 'alice' });
      return jsonResponse(200, {});
    },
  })(runtime);
  const userArn = 'arn:aws:iam::123456789012:user/carol';
  const { requestContext } = event() as { requestContext: object };
  await handler(event({ requestContext: { ...requestContext, authorizer: { iam: { userArn } } } }), context);
  expect(journal.lines).toEqual([
    `note looked {"userName":"alice","caller":"${userArn}","requestId":"r-7"}`,
    answered(200, userArn),
  ]);
});

describe('a body that is fine', () => {
  const body = '{"name":"älice"}';
  test.each(
    Object.entries<object>({
      'as JSON': { body },
      'with a charset': { body, headers: { 'content-type': 'application/json; charset=utf-8' } },
      'of a type that is JSON underneath': {
        body,
        headers: { 'content-type': 'application/merge-patch+json' },
      },
      'in another case of the type': { body, headers: { 'content-type': 'Application/JSON' } },
      'without a type': { body, headers: {} },
      'in base64': { body: Buffer.from(body).toString('base64'), isBase64Encoded: true },
    }),
  )('%s', async (_, more) => {
    const { statusCode, headers, body } = await call(more);
    expect([statusCode, body]).toEqual([200, '{"name":"älice","roles":[]}']);
    expect(headers).toEqual({ 'content-type': 'application/json', 'x-request-id': 'r-7' });
  });

  test('may have 65,536 bytes', async () => {
    const name = 'a'.repeat(65_536 - '{"name":""}'.length);
    expect(await call({ body: `{"name":"${name}"}` })).toMatchObject({ statusCode: 200 });
  });
});

describe('a body that is refused', () => {
  /** 65,537 bytes: the name has two fewer in characters than in bytes, so that characters are not what is counted. */
  const tooLarge = `{"name":"${'a'.repeat(65_537 - '{"name":""}'.length - 4)}éé"}`;

  test.each(
    Object.entries<[object, status: number, title: string]>({
      'of 65,537 bytes': [{ body: tooLarge }, 413, 'Body too large'],
      'of 65,537 bytes in base64': [
        { body: Buffer.from(tooLarge).toString('base64'), isBase64Encoded: true },
        413,
        'Body too large',
      ],
      'that is no JSON': [{ body: '{"name":' }, 400, 'Malformed JSON'],
      'that is empty': [{ body: '' }, 400, 'Malformed JSON'],
      'that is missing': [{}, 400, 'Malformed JSON'],
      'of text': [{ body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'Unsupported media type'],
      'of a form': [
        { body: 'name=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        415,
        'Unsupported media type',
      ],
      'of a type that only begins like JSON': [
        { body: '{}', headers: { 'content-type': 'application/jsonlines' } },
        415,
        'Unsupported media type',
      ],
    }),
  )('%s', async (_, [more, status, title]) => {
    const { statusCode, headers, problem, journal } = await call(more);
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(problem).toMatchObject({
      type: 'about:blank',
      title,
      status,
      instance: '/users',
      requestId: 'r-7',
    });
    expect(journal.lines).toEqual([answered(status)]);
  });

  test('says how large it was', async () => {
    expect((await call({ body: tooLarge })).problem.detail).toBe(
      'The body has 65537 bytes: at most 65536 are taken.',
    );
  });

  test.each(
    Object.entries<[unknown, { field: string; value: unknown; rule: unknown }[]]>({
      'a field that nobody knows': [
        { name: 'a', admin: true },
        [{ field: 'admin', value: true, rule: 'no such field is known' }],
      ],
      'a field that nobody knows, further in': [
        { name: 'a', nested: { size: 1, colour: 'red' } },
        [{ field: 'nested.colour', value: 'red', rule: 'no such field is known' }],
      ],
      'a field that breaks its rule': [
        { name: '' },
        [{ field: 'name', value: '', rule: 'it must not be empty' }],
      ],
      'a field that is missing': [
        {},
        [{ field: 'name', value: null, rule: expect.stringMatching(/string/) }],
      ],
      'a field of another type, in a list': [
        { name: 'a', roles: ['admin', 7] },
        [{ field: 'roles.1', value: 7, rule: expect.stringMatching(/string/) }],
      ],
      'a text instead of an object': [
        'hello',
        [{ field: 'body', value: 'hello', rule: expect.stringMatching(/object/) }],
      ],
      'a list in depth instead of a text': [
        { name: [[['x']]] },
        [{ field: 'name', value: '(a list)', rule: expect.stringMatching(/string/) }],
      ],
      'a text that is very long': [
        'x'.repeat(1000),
        [{ field: 'body', value: `${'x'.repeat(200)}…`, rule: expect.stringMatching(/object/) }],
      ],
      null: [null, [{ field: 'body', value: null, rule: expect.stringMatching(/object/) }]],
      'three faults at once': [
        { name: '', x: 1, y: 2 },
        [
          { field: 'name', value: '', rule: 'it must not be empty' },
          { field: 'x', value: 1, rule: 'no such field is known' },
          { field: 'y', value: 2, rule: 'no such field is known' },
        ],
      ],
    }),
  )('names each field at fault with its value and the rule: %s', async (_, [body, errors]) => {
    const { statusCode, problem } = await call({ body: JSON.stringify(body) });
    expect(statusCode).toBe(400);
    expect(problem.title).toBe('Invalid request');
    expect(problem.errors).toEqual(errors);
  });
});

describe('a function', () => {
  test('answers its own refusals as problems, with their headers', async () => {
    const { statusCode, headers, problem, journal } = await call({}, () => {
      throw new HttpProblem(409, 'Name taken', 'alice is taken', { headers: { 'retry-after': '5' } });
    });
    expect(statusCode).toBe(409);
    expect(headers).toEqual({
      'retry-after': '5',
      'content-type': 'application/problem+json',
      'x-request-id': 'r-7',
    });
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Name taken',
      status: 409,
      detail: 'alice is taken',
      instance: '/users',
      requestId: 'r-7',
    });
    expect(journal.lines).toEqual([answered(409)]);
  });

  test('that AWS asks for fewer calls says so, and when to come again', async () => {
    const { statusCode, headers, problem, journal } = await call({}, () => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    });
    expect([statusCode, problem.title]).toEqual([429, 'Too many requests']);
    expect(headers).toMatchObject({ 'retry-after': '30' });
    expect(journal.lines).toEqual([answered(429)]);
  });

  test('that fails answers 500 without a word of why, which the journal has', async () => {
    const { statusCode, body, problem, journal } = await call({}, () => {
      throw new TypeError('cannot read table arn:aws:dynamodb:secret-table');
    });
    expect(statusCode).toBe(500);
    expect(problem).toMatchObject({ title: 'Internal error', status: 500, requestId: 'r-7' });
    expect(body).not.toMatch(/table|TypeError|arn:/);
    expect(journal.lines).toEqual([
      'attention Failure -: request r-7 failed: TypeError: cannot read table arn:aws:dynamodb:secret-table',
      answered(500),
    ]);
  });

  test('refuses an event that is no HTTP request, by name', async () => {
    const { runtime } = stubRuntime();
    const handler = httpFunction({ name: 'test', env: [], run: async () => jsonResponse(200, {}) })(runtime);
    await expect(handler({ Records: [] }, context)).rejects.toMatchObject({
      name: 'InvalidEvent',
      message: expect.stringMatching(/rawPath: .*requestContext: /),
    });
  });

  test('with a wrong environment fails with the variable named', async () => {
    const { runtime } = stubRuntime({ LEASE: 'soon' });
    const handler = httpFunction({ name: 'test', env: ['LEASE'], run: async () => jsonResponse(200, {}) })(
      runtime,
    );
    await expect(handler(event(), context)).rejects.toThrow(
      /^LEASE is "soon": it must be an ISO 8601 duration/,
    );
  });
});
