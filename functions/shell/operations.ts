import type { Permission } from '../core/permission.js';
import * as answers from './answers.js';
import { duration } from './messages.js';
import * as z from './schema.js';
import { longestWaitSeconds } from './prefer.js';
import { newUser, userChange } from './user-fields.js';

/** A header that an operation reads. */
export interface Header {
  readonly name: string;
  readonly says: string;
  readonly isRequired: boolean;
}

/**
 * The API as data: the functions route by it, the stack makes its routes of it, and the OpenAPI document is written from
 * it. What is not here is answered with 404, or 405 where the path knows other methods.
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With {name} where a user's name stands. */
  readonly path: string;
  readonly takenBy: 'onboard' | 'users';
  /** Of a caller with a token, where the deployment maps its claims; null: everybody's who is let in. */
  readonly permission: Permission | null;
  readonly summary: string;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
  readonly headers?: readonly Header[];
  /** Its answer carries an ETag. */
  readonly isTagged?: true;
  /** A body may be left out. */
  readonly isBodyOptional?: true;
  /** Status -> what it means, and the form of the body. */
  readonly answers: Readonly<Record<number, { readonly says: string; readonly body: z.ZodMiniType }>>;
  /** The problems of its own; those that every operation may answer with come on top. */
  readonly problems: readonly number[];
}

/** Whether it changes something: then it may be asked for with an Idempotency-Key. */
export function isChanging({ method }: Pick<Operation, 'method'>): boolean {
  return method !== 'GET';
}

/** As the gateway hands headers over: in lower case. */
export const idempotencyKeyHeader = 'idempotency-key';
export const maxIdempotencyKeyLength = 255;
/** Says of an answer that it was given before. The draft has no header for it; this is the one that Stripe made common. */
export const replayHeader = 'idempotent-replayed';

const says = <Schema extends z.ZodMiniType>(schema: Schema, text: string) => schema.check(z.describe(text));

export const listQuery = z.strictObject({
  next: z.optional(says(z.string(), '`next` of the page before.')),
  origin: z.optional(says(z.enum(['api', 'roster', 'adopted']), 'Only users of this origin.')),
  phase: z.optional(says(z.string(), 'Only users whose key is in this phase, such as Due or Blocked.')),
  keyOlderThan: z.optional(
    says(duration, 'Only users with an Active key older than this, such as P90D; an ISO 8601 duration.'),
  ),
});

export const offboardQuery = z.strictObject({
  quarantine: z.optional(
    says(
      duration,
      'How long the user can be restored, an ISO 8601 duration such as PT0S; the deployment says otherwise.',
    ),
  ),
});

export const rotateBody = z.strictObject({
  kind: z._default(
    says(
      z.enum(['rotate', 'emergency', 'reactivate']),
      'rotate: a new key, the old one stays for the usual overlap. emergency: the old one goes at once. reactivate: the old one comes back.',
    ),
    'rotate',
  ),
});

export const changeQuery = z.strictObject({
  dryRun: z.optional(says(z.enum(['true', 'false']), 'true: the steps are answered, and none is taken.')),
});

export const plansQuery = z.strictObject({
  next: listQuery.shape.next,
  origin: listQuery.shape.origin,
  phase: z.optional(says(z.string(), 'Only users in this phase, such as Due or Purging.')),
});

const prefer = (what: string): Header => ({
  name: 'Prefer',
  says: `wait=N (RFC 7240): wait N seconds, ${longestWaitSeconds} at most, ${what}.`,
  isRequired: false,
});
const ifMatch: Header = {
  name: 'If-Match',
  says: 'The ETag of the user as it was seen, or *.',
  isRequired: true,
};

/** Of what a queue takes to another function. */
const asked = {
  200: { says: 'It was waited for, and is done.', body: answers.userDetail },
  202: { says: 'It is asked for.', body: answers.accepted },
};

export const operations = {
  createUser: {
    method: 'POST',
    path: '/users',
    takenBy: 'onboard',
    permission: 'onboard',
    summary: 'Create a user with its roles and ask for its key. Asking twice is asking once.',
    headers: [prefer('for the key')],
    body: newUser,
    answers: {
      201: { says: 'The user exists, and its key is in the secret.', body: answers.onboarded },
      202: { says: 'The user exists, and its key is on its way.', body: answers.onboarded },
    },
    problems: [400, 409, 413, 415],
  },
  listUsers: {
    method: 'GET',
    path: '/users',
    takenBy: 'users',
    permission: 'read',
    summary: 'The managed users, a page at a time.',
    query: listQuery,
    answers: { 200: { says: 'One page.', body: answers.userPage } },
    problems: [400],
  },
  showUser: {
    method: 'GET',
    path: '/users/{name}',
    takenBy: 'users',
    permission: 'read',
    summary: 'One user: its keys, where they are in their life, and what is next.',
    isTagged: true,
    answers: { 200: { says: 'The user.', body: answers.userDetail } },
    problems: [400, 404],
  },
  changeUser: {
    method: 'PUT',
    path: '/users/{name}',
    takenBy: 'onboard',
    permission: 'onboard',
    summary: 'Set roles, tags and description of a user that was made here. What is left out is taken away.',
    query: changeQuery,
    headers: [ifMatch, prefer('until nobody else is at work on the user')],
    isTagged: true,
    body: userChange,
    answers: { 200: { says: 'The user is as asked for, or would be.', body: answers.changed } },
    problems: [400, 404, 409, 412, 413, 415, 428],
  },
  offboardUser: {
    method: 'DELETE',
    path: '/users/{name}',
    takenBy: 'users',
    permission: 'offboard',
    summary: 'Offboard a user: contained at once, purged after its quarantine.',
    query: offboardQuery,
    headers: [prefer('until it is done')],
    answers: asked,
    problems: [400, 404],
  },
  rotateUser: {
    method: 'POST',
    path: '/users/{name}/rotate',
    takenBy: 'users',
    permission: 'rotate',
    summary: 'Ask for a new key, or for the old one back.',
    body: rotateBody,
    isBodyOptional: true,
    headers: [prefer('until it is done')],
    answers: asked,
    problems: [400, 404, 409, 413, 415],
  },
  restoreUser: {
    method: 'POST',
    path: '/users/{name}/restore',
    takenBy: 'users',
    permission: 'offboard',
    summary: 'Take an offboarding back while the user is in quarantine.',
    headers: [prefer('until it is done')],
    answers: asked,
    problems: [400, 404, 409],
  },
  listPlans: {
    method: 'GET',
    path: '/plans',
    takenBy: 'users',
    permission: 'read',
    summary: 'What would be done now about each managed user, and why; a page at a time. Nothing is done.',
    query: plansQuery,
    answers: { 200: { says: 'One page.', body: answers.planPage } },
    problems: [400],
  },
  showHealth: {
    method: 'GET',
    path: '/health',
    takenBy: 'users',
    permission: null,
    summary: 'Whether the API answers. It asks nothing of AWS.',
    answers: { 200: { says: 'It does.', body: answers.health } },
    problems: [],
  },
  showDocument: {
    method: 'GET',
    path: '/openapi.json',
    takenBy: 'users',
    permission: null,
    summary: 'This document.',
    answers: { 200: { says: 'OpenAPI 3.1.', body: z.looseObject({}) } },
    problems: [],
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationId = keyof typeof operations;

const ids = Object.keys(operations) as OperationId[];

/** What a request asks for: an operation, or else the methods that its path knows; null where nothing has that path. */
export function operationOf(
  method: string,
  path: string,
): { readonly id: OperationId } | { readonly allow: readonly string[] } | null {
  const there = ids.filter((id) => isPath(operations[id].path, path));
  if (there.length === 0) return null;
  const id = there.find((one) => operations[one].method === method);
  return id === undefined ? { allow: there.map((one) => operations[one].method) } : { id };
}

function isPath(template: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = template.split('/');
  return (
    parts.length === wanted.length &&
    wanted.every((part, index) => (part === '{name}' ? parts[index] !== '' : part === parts[index]))
  );
}
