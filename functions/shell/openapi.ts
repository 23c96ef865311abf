import { problem } from './answers.js';
import {
  type Header,
  type Operation,
  type OperationId,
  isChanging,
  maxIdempotencyKeyLength,
  operations,
  replayHeader,
} from './operations.js';
import * as z from './schema.js';

/** What every operation may answer with, whatever it is asked. */
const anyProblem = [401, 403, 429, 500, 503] as const;
/** And what one that changes something may answer because of its Idempotency-Key. */
const keyProblem = [400, 409, 422] as const;

const meanings: Readonly<Record<number, string>> = {
  400: 'Something in the request breaks a rule; `errors` names each field, its value and the rule.',
  401: 'The request carries no valid authorisation.',
  403: 'The caller may not do this.',
  404: 'No managed user has this name.',
  409: 'The user is in a state in which this cannot be done, `detail` says which; or the first request with this Idempotency-Key is at work: repeat it after Retry-After.',
  412: 'The user is not as If-Match says: it was changed meanwhile, or is another one. `ETag` has what is so.',
  413: 'The body is too large.',
  415: 'The body is no JSON.',
  422: 'The first request with this Idempotency-Key asked for something else.',
  428: 'If-Match is missing.',
  429: 'Too many requests, of the API or of IAM; repeat it after Retry-After.',
  500: 'It failed, and may be repeated as it is.',
  503: 'Somebody else is at work on the user, or the Idempotency-Key cannot be looked up; repeat the request after Retry-After.',
};

/** The OpenAPI 3.1 document of the API, as JSON. `serverUrl` is where it is served. */
export function openApiDocument(serverUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [id, operation] of Object.entries(operations) as [OperationId, Operation][]) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = describeOperation(id, operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'iam-lifecycle',
      version: '1',
      description:
        'The life of IAM users: onboard, look, rotate, offboard, restore. No answer holds a secret.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    security: [{ aws: [] }],
    paths,
    components: {
      schemas: { Problem: { description: 'RFC 9457 problem details.', ...toSchema(problem) } },
      securitySchemes: {
        aws: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'Signed with AWS Signature Version 4 for execute-api; a bearer token where the deployment says so.',
        },
      },
    },
  };
}

function describeOperation(operationId: string, operation: Operation): object {
  const { summary, path, query, headers = [], body, isBodyOptional, answers, problems } = operation;
  const parameters = [
    ...(path.includes('{name}') ? [nameParameter] : []),
    ...(query === undefined ? [] : queryParameters(query)),
    ...headers.map(headerParameter),
    ...(isChanging(operation) ? [idempotencyKeyParameter] : []),
  ];
  const taken = Object.entries(answers).map(([status, answer]) => [
    status,
    {
      description: answer.says,
      ...headersOf(operation),
      content: { 'application/json': { schema: toSchema(answer.body, 'output') } },
    },
  ]);
  const ofKey = isChanging(operation) ? keyProblem : [];
  const refused = [...new Set([...problems, ...ofKey, ...anyProblem])].map((status) => [
    String(status),
    { description: meanings[status]!, content: contentOf(status) },
  ]);
  return {
    operationId,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: isBodyOptional !== true,
            content: { 'application/json': { schema: toSchema(body) } },
          },
        }),
    responses: Object.fromEntries([...taken, ...refused]),
  };
}

/** What API Gateway may refuse before any function hears of it, in its own form. Of these it alone answers 401. */
const gatewayStatuses: readonly number[] = [401, 403, 429, 500, 503];

function contentOf(status: number): object {
  const byGateway = gatewayStatuses.includes(status) ? gatewayContent : {};
  return status === 401 ? byGateway : { ...problemContent, ...byGateway };
}

const gatewayContent = {
  'application/json': {
    schema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  },
};

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const nameParameter = {
  name: 'name',
  in: 'path',
  required: true,
  description: "The user's name, percent-encoded: bob%40example.com.",
  schema: { type: 'string', pattern: '^[A-Za-z0-9+=,.@_-]{1,64}$' },
};

const etagHeader = { description: 'Of what PUT decides, for its If-Match.', schema: { type: 'string' } };

function headerParameter({ name, says, isRequired }: Header): object {
  return { name, in: 'header', required: isRequired, description: says, schema: { type: 'string' } };
}
const idempotencyKeyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Names this request among those of the caller: who repeats it with the same key within 24 hours is given the first answer. A quoted string (RFC 8941) or a bare token.',
  // The quotes of the quoted form come on top.
  schema: { type: 'string', minLength: 1, maxLength: 2 * maxIdempotencyKeyLength + 2 },
  example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
};

/** What may come with an answer. */
function headersOf(operation: Operation): { readonly headers?: object } {
  const headers = {
    ...(operation.isTagged ? { ETag: etagHeader } : {}),
    ...(isChanging(operation) ? replayHeaders : {}),
  };
  return Object.keys(headers).length === 0 ? {} : { headers };
}

const replayHeaders = {
  [replayHeader]: {
    description: 'The answer to an earlier request with the same Idempotency-Key, given again.',
    schema: { type: 'string', const: 'true' },
  },
};

function queryParameters(query: z.ZodMiniObject): object[] {
  const { properties = {} } = toSchema(query) as { properties?: Record<string, { description?: string }> };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** As callers write it, or as we answer. */
function toSchema(schema: z.ZodMiniType, io: 'input' | 'output' = 'input'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
