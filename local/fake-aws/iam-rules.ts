import { awsError } from './errors.js';
import { invalid, limitExceeded, type FakeTag } from './iam-state.js';
import { notModelled, takePage } from './operation.js';
import type { World } from './world.js';

const NAME = /^[\w+=,.@-]+$/;
const PATH = /^\/$|^\/[\x21-\x7e]+\/$/;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAGS_PER_ENTITY = 50;
export const MANAGED_POLICY_CHARACTERS = 6144;

export interface TagInput {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

export function requireName(label: string, name: string | undefined, maxLength: number): string {
  if (name === undefined || name.length > maxLength || !NAME.test(name)) {
    invalid(
      `Value ${JSON.stringify(name)} at '${label}' must have 1 to ${maxLength} characters of ${NAME.source}`,
    );
  }
  return name;
}

/** Without a user name IAM means the caller's own user, which a Lambda function does not have. */
export function requireUserName(operation: string, name: string | undefined): string {
  if (name === undefined) notModelled(`${operation} without UserName`);
  return requireName('userName', name, 64);
}

export function requirePath(path: string | undefined): string {
  const given = path ?? '/';
  if (given.length > 512 || !PATH.test(given)) invalid(`The specified value for path is invalid: ${given}`);
  return given;
}

/** Tag keys of users compare case-insensitively: a tag replaces its namesake and keeps the newer spelling. */
export function mergeTags(existing: readonly FakeTag[], added: readonly TagInput[]): FakeTag[] {
  const tags = added.map(checkTag);
  const keys = tags.map((tag) => tag.Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
    throw awsError('iam', 'InvalidInputException', 400, message);
  }
  const merged = [...existing.filter((tag) => !keys.includes(tag.Key.toLowerCase())), ...tags];
  if (merged.length > TAGS_PER_ENTITY)
    limitExceeded(`The number of tags has reached the maximum limit of ${TAGS_PER_ENTITY}.`);
  return merged;
}

function checkTag({ Key, Value }: TagInput): FakeTag {
  if (Key === undefined || Key.length < 1 || Key.length > 128 || !TAG_TEXT.test(Key)) {
    invalid(`Tag key ${JSON.stringify(Key)} must have 1 to 128 characters of ${TAG_TEXT.source}`);
  }
  if (Value === undefined || Value.length > 256 || !TAG_TEXT.test(Value)) {
    invalid(`Tag value ${JSON.stringify(Value)} must have at most 256 characters of ${TAG_TEXT.source}`);
  }
  if (/^aws:/i.test(Key)) invalid(`Tag key ${Key} begins with the reserved prefix aws:`);
  return { Key, Value };
}

export function checkPolicyDocument(document: string | undefined, maxLength: number): string {
  if (document === undefined || document === '') invalid('policyDocument must not be empty');
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    malformed('Syntax errors in policy.');
  }
  const { Version, Statement } = (parsed ?? {}) as { Version?: unknown; Statement?: unknown };
  if (Version !== '2012-10-17') malformed('The policy must contain the version 2012-10-17.');
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as Record<string, unknown>[];
  if (statements.length === 0 || !statements.every(isComplete))
    malformed('A statement lacks Effect or Action.');
  if (sizeOf(document) > maxLength)
    limitExceeded(`Cannot exceed quota of ${maxLength} characters for a policy.`);
  return document;
}

function isComplete(statement: Record<string, unknown> | undefined): boolean {
  const { Effect, Action, NotAction } = statement ?? {};
  return (Effect === 'Allow' || Effect === 'Deny') && (Action ?? NotAction) !== undefined;
}

function malformed(why: string): never {
  throw awsError('iam', 'MalformedPolicyDocumentException', 400, why);
}

/** White space is free. */
export function sizeOf(document: string): number {
  return document.replace(/\s/g, '').length;
}

export interface IamPageInput {
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

interface IamPage<T> {
  readonly page: T[];
  readonly more: { IsTruncated: boolean; Marker?: string };
}

export function iamPage<T>(
  world: World,
  operation: string,
  input: IamPageInput,
  items: readonly T[],
  keyOf: (item: T) => string,
): IamPage<T> {
  const max = input.MaxItems ?? 100;
  if (!Number.isInteger(max) || max < 1 || max > 1000) invalid(`MaxItems ${max} must be between 1 and 1000`);
  const request = {
    service: 'iam',
    operation,
    keyOf,
    max,
    marker: input.Marker,
    badMarker: 'ValidationError',
  } as const;
  const sorted = items
    .map((item) => ({ item, key: keyOf(item) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const { page, next } = takePage(world, { ...request, items: sorted.map(({ item }) => item) });
  return { page, more: next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next } };
}
