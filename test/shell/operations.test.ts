import { describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../functions/shell/openapi.js';
import { operationOf, operations } from '../../functions/shell/operations.js';

describe('the operation that a request asks for', () => {
  test.each([
    ['GET', '/users', { id: 'listUsers' }],
    ['POST', '/users', { id: 'createUser' }],
    ['GET', '/users/bob%40example.com', { id: 'showUser' }],
    ['POST', '/users/bob/rotate', { id: 'rotateUser' }],
    ['GET', '/health', { id: 'showHealth' }],
    ['PATCH', '/users', { allow: ['POST', 'GET'] }],
    ['PUT', '/users/bob', { id: 'changeUser' }],
    ['PATCH', '/users/bob', { allow: ['GET', 'PUT', 'DELETE'] }],
    ['GET', '/plans', { id: 'listPlans' }],
    ['GET', '/users/bob/rotate', { allow: ['POST'] }],
    ['GET', '/', null],
    ['GET', '/users/', null],
    ['GET', '/users//rotate', null],
    ['GET', '/users/bob/keys', null],
    ['GET', '/Users', null],
    ['GET', '/users/{name}/rotate/now', null],
  ])('%s %s', (method, path, found) => {
    expect(operationOf(method, path)).toEqual(found);
  });
});

interface Described {
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly headers?: Readonly<Record<string, object>> }>>;
}

describe('the OpenAPI document', () => {
  const document = openApiDocument('https://api.example.com') as {
    openapi: string;
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };

  test('has every operation, and no other', () => {
    const written = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, method.toUpperCase(), path]),
    );
    expect(written).toEqual(Object.entries(operations).map(([id, { method, path }]) => [id, method, path]));
    expect(document.openapi).toBe('3.1.0');
  });

  test('says what a caller may send, with the rules and the defaults', () => {
    expect(document.paths['/users']!.post).toMatchObject({
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['name'],
              additionalProperties: false,
              properties: {
                name: { type: 'string', pattern: '^[A-Za-z0-9+=,.@_-]{1,64}$' },
                description: { type: 'string', maxLength: 1000, default: '' },
                roles: { type: 'array', maxItems: 10, items: { type: 'string' } },
                owner: { type: 'string', minLength: 1 },
              },
            },
          },
        },
      },
    });
    expect(document.paths['/users/{name}/rotate']!.post).toMatchObject({
      parameters: [
        { name: 'name', in: 'path', required: true },
        { name: 'Prefer', in: 'header', required: false },
        { name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } },
      ],
      requestBody: {
        required: false,
        content: {
          'application/json': {
            schema: {
              properties: { kind: { enum: ['rotate', 'emergency', 'reactivate'], default: 'rotate' } },
            },
          },
        },
      },
    });
    expect(document.paths['/users/{name}']!.delete).toMatchObject({
      parameters: [
        { name: 'name' },
        { name: 'quarantine', in: 'query', schema: { type: 'string' } },
        { name: 'Prefer' },
        { name: 'Idempotency-Key', in: 'header' },
      ],
    });
    expect(document.paths['/users/{name}']!.put).toMatchObject({
      parameters: [
        { name: 'name' },
        { name: 'dryRun', in: 'query', schema: { enum: ['true', 'false'] } },
        { name: 'If-Match', in: 'header', required: true },
        { name: 'Prefer', in: 'header', required: false },
        { name: 'Idempotency-Key', in: 'header' },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              additionalProperties: false,
              properties: { description: { default: '' }, roles: { default: [] }, tags: { default: {} } },
            },
          },
        },
      },
      responses: { 200: { headers: { ETag: { schema: { type: 'string' } } } } },
    });
  });

  test('takes an Idempotency-Key where something is changed, and nowhere else; one that may be met again says so', () => {
    const all = Object.values(document.paths).flatMap((methods) => Object.entries(methods));
    for (const [method, { parameters = [], responses }] of all as unknown as [string, Described][]) {
      const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
      expect([method, takesKey]).toEqual([method, method !== 'get']);
      expect([method, '409' in responses, '422' in responses]).toEqual([method, takesKey, takesKey]);
      for (const [status, { headers }] of Object.entries(responses))
        expect([status, headers?.['idempotent-replayed'] !== undefined]).toEqual([
          status,
          takesKey && status.startsWith('2'),
        ]);
    }
  });

  const [json, problem] = ['application/json', 'application/problem+json'];
  const typesOf: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries([200, 201, 202].map((status) => [status, [json]])),
    ...Object.fromEntries([400, 404, 409, 412, 413, 415, 422, 428].map((status) => [status, [problem]])),
    // API Gateway may be the one who answers, and of these to 401 always is.
    401: [json],
    ...Object.fromEntries([403, 429, 500, 503].map((status) => [status, [problem, json]])),
  };

  test('says what comes back: answers as JSON, refusals as problems, or as the gateway words them', () => {
    for (const methods of Object.values(document.paths))
      for (const { responses } of Object.values(methods) as { responses: Record<string, object> }[])
        for (const [status, { content }] of Object.entries(responses) as [string, { content: object }][])
          expect([status, Object.keys(content)]).toEqual([status, typesOf[status]]);
  });
});
