import type { Path } from '../core/roster/faults.js';
import * as z from './schema.js';

/**
 * Names of fields. Each field has one name, in camel case; it is known by the same in snake case, since that is how
 * the Terraform modules name it, and some by another name still.
 */
const otherNames: Readonly<Record<string, string>> = {
  awsAccountId: 'accountId',
  users: 'people',
  iamUsers: 'people',
  createIamAccessKey: 'createAccessKey',
  createAccessKeys: 'createAccessKey',
  forceDestroyUsers: 'forceDestroy',
  minimumPasswordLength: 'passwordLength',
};

/** create_iam_access_key may be createIamAccessKey, and that is createAccessKey. */
function namesBehind(name: string): string[] {
  const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return [name, camel, otherNames[camel] ?? camel];
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Every other name of a field. */
export function aliasesOf(field: string): string[] {
  const others = Object.keys(otherNames).filter((name) => otherNames[name] === field);
  return [...new Set([field, ...others].flatMap((name) => [name, snake(name)]))].filter(
    (name) => name !== field,
  );
}

/**
 * A map of known fields, each under any of its names. A field that is null is one that is not given, as in
 * Terraform. A field that is given under two names stays as it is under one of them, where it is unknown.
 */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const isField = (name: string) => Object.hasOwn(shape, name);
  const rename = z.transform((input: unknown): unknown => {
    if (!isMap(input)) return input;
    const renamed: Record<string, unknown> = {};
    for (const [given, value] of Object.entries(input)) {
      const name = namesBehind(given).find(isField) ?? given;
      const isTaken = name !== given && (Object.hasOwn(input, name) || Object.hasOwn(renamed, name));
      if (value !== null || !isField(name)) renamed[isTaken ? given : name] = value;
    }
    return renamed;
  });
  return z.pipe(rename, z.strictObject(shape, { error: objectRule }));
}

function objectRule(issue: { code?: string | undefined }): string | undefined {
  return issue.code === 'invalid_type' ? 'it must be a map of fields' : undefined;
}

/** The path by the names that were written, and what stands there. */
export function findWritten(input: unknown, path: Path): { path: Path; value: unknown } {
  let value = input;
  const written = path.map((part) => {
    if (typeof value !== 'object' || value === null) {
      value = undefined;
      return part;
    }
    const name = nameIn(value, part);
    value = Object.hasOwn(value, name) ? (value as Record<string | number, unknown>)[name] : undefined;
    return name;
  });
  return { path: written, value };
}

function nameIn(value: object, part: string | number): string | number {
  if (Object.hasOwn(value, part) || typeof part === 'number') return part;
  return Object.keys(value).find((name) => namesBehind(name).includes(part)) ?? part;
}

/** The name under which a field was given before, where this is a second name of it; else null. */
export function twinOf(siblings: unknown, name: string): string | null {
  if (!isMap(siblings)) return null;
  const names = namesBehind(name);
  return (
    Object.keys(siblings).find(
      (other) => other !== name && namesBehind(other).some((each) => names.includes(each)),
    ) ?? null
  );
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
