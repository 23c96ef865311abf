import type { Protocol } from './wire-protocol.js';
import { presentMembers, shapeOf, type Schema } from './wire-schema.js';

/** AWS JSON: instants are seconds since the epoch, blobs are base64. */
export function jsonProtocol(version: '1.0' | '1.1'): Protocol {
  return {
    contentType: `application/x-amz-json-${version}`,
    unknownOperation: 'UnknownOperationException',
    operationOf: ({ headers }) => String(headers['x-amz-target'] ?? '').split('.')[1] ?? '',
    input: (schema, body) => fromJson(schema, JSON.parse(body || '{}')) as object,
    result: (_, schema, output) => ({ status: 200, body: JSON.stringify(toJson(schema, output)) }),
    refusal: ({ status, name, message, members }) => ({
      status,
      body: JSON.stringify({ __type: name, message, ...members }),
    }),
  };
}

/** AWS JSON of a service that once spoke AWS Query: the SDK looks for the error's former code in a header first. */
export function queryCompatibleJsonProtocol(version: '1.0' | '1.1'): Protocol {
  const plain = jsonProtocol(version);
  return {
    ...plain,
    refusal: (refusal, requestId) => ({
      ...plain.refusal(refusal, requestId),
      headers: { 'x-amzn-query-error': `${refusal.code};${refusal.fault}` },
    }),
  };
}

/** Turns a parsed JSON body into what the SDK's command was given. */
function fromJson(schema: Schema, json: unknown): unknown {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'structure': {
      const members = Object.entries(json as object).filter(
        ([name, value]) => shape.members.has(name) && value !== null,
      );
      return Object.fromEntries(
        members.map(([name, value]) => [name, fromJson(shape.members.get(name), value)]),
      );
    }
    case 'list':
      return (json as unknown[]).map((element) => fromJson(shape.element, element));
    case 'map':
      return mapValues(json as object, (value) => fromJson(shape.value, value));
    case 'timestamp':
      return new Date((json as number) * 1000);
    case 'blob':
      return new Uint8Array(Buffer.from(json as string, 'base64'));
    default:
      return json;
  }
}

/** Turns an answer in the SDK's terms into a JSON body. */
export function toJson(schema: Schema, value: unknown): unknown {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'structure': {
      const members = [...presentMembers(shape.members, value)];
      return Object.fromEntries(members.map(([name, member, held]) => [name, toJson(member, held)]));
    }
    case 'list':
      return (value as unknown[]).map((element) => toJson(shape.element, element));
    case 'map':
      return mapValues(value as object, (held) => toJson(shape.value, held));
    case 'timestamp':
      return (value as Date).getTime() / 1000;
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}

function mapValues(map: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
