import * as cloudTrail from '@aws-sdk/client-cloudtrail';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { Service } from './types.js';

/**
 * The SDK's clients export the schema of every operation, structure and error as `<Name>$`: tuples that start with a kind,
 * or a number for simple shapes. Both directions of the wire are driven by them, so no shape is written down twice.
 */
export type Schema = unknown;

/** A schema, resolved one level deep. */
export type Shape =
  | { readonly kind: 'structure'; readonly members: ReadonlyMap<string, Schema> }
  | { readonly kind: 'list'; readonly element: Schema }
  | { readonly kind: 'map'; readonly value: Schema }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' };

const exported: Record<Service, Readonly<Record<string, unknown>>> = {
  iam,
  sts,
  secretsmanager: secretsManager,
  ssm,
  dynamodb,
  sqs,
  events: eventBridge,
  s3,
  cloudtrail: cloudTrail,
  kms,
  sns,
};

const simpleShapes: Readonly<Record<number, Shape>> = {
  0: { kind: 'string' },
  1: { kind: 'number' },
  2: { kind: 'boolean' },
  4: { kind: 'timestamp' },
  21: { kind: 'blob' },
};

const listBit = 64;
const mapBit = 128;

/** The input and output of an operation; undefined where the service has no such operation. */
export function operationSchema(
  service: Service,
  operation: string,
): { readonly input: Schema; readonly output: Schema } | undefined {
  const schema = exported[service][`${operation}$`];
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  return { input: schema[4], output: schema[5] };
}

export interface ErrorSchema {
  readonly schema: Schema;
  /** The code where it differs from the SDK's exception name: IAM says `NoSuchEntity`, the SDK `NoSuchEntityException`. */
  readonly queryCode: string | undefined;
}

/** What the service's model says of an error; undefined for those that it does not list (`AccessDenied`, `ValidationError`). */
export function errorSchema(service: Service, name: string): ErrorSchema | undefined {
  const schema = exported[service][`${name}$`];
  if (!Array.isArray(schema) || schema[0] !== -3) return undefined;
  const traits = schema[3] as { readonly awsQueryError?: readonly [code: string, status: number] };
  return { schema, queryCode: traits.awsQueryError?.[0] };
}

export function shapeOf(schema: Schema): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (schema === 'unit') return { kind: 'structure', members: new Map() };
  if (typeof schema === 'number') return codedShape(schema);
  if (!Array.isArray(schema)) throw new Error(`unreadable SDK schema ${String(schema)}`);
  // A member is its target and its traits, a pair; none of the traits in use changes these protocols' bytes.
  if (schema.length === 2) return shapeOf(schema[0]);
  switch (schema[0]) {
    case 0:
      return shapeOf(schema[4]);
    case 1:
      return { kind: 'list', element: schema[4] };
    case 2:
      return { kind: 'map', value: schema[5] };
    case 3:
    case 4:
    case -3:
      return { kind: 'structure', members: membersOf(schema[4], schema[5]) };
    default:
      throw new Error(`unreadable SDK schema of kind ${String(schema[0])}`);
  }
}

function membersOf(names: readonly string[], schemas: readonly Schema[]): Map<string, Schema> {
  return new Map(names.map((name, index) => [name, schemas[index]]));
}

function codedShape(code: number): Shape {
  if (code >= mapBit) return { kind: 'map', value: code - mapBit };
  if (code >= listBit) return { kind: 'list', element: code - listBit };
  const shape = simpleShapes[code];
  if (!shape) throw new Error(`unreadable SDK schema code ${code}`);
  return shape;
}

/**
 * The present members of an answer, each with its schema. A member that the SDK's model lacks is a mistake of the account:
 * real AWS could not have sent it, and a real client would drop it.
 */
export function* presentMembers(
  members: ReadonlyMap<string, Schema>,
  value: unknown,
): Generator<[name: string, schema: Schema, value: unknown]> {
  const answer = value as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(answer).find((name) => !members.has(name) && name !== '$metadata');
  if (stranger !== undefined)
    throw new Error(`the account answered with ${stranger}, which the SDK's model lacks`);
  for (const [name, schema] of members) {
    if (answer[name] !== undefined && answer[name] !== null) yield [name, schema, answer[name]];
  }
}
