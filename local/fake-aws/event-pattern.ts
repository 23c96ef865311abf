import { awsError } from './errors.js';
import { notModelled } from './operation.js';

type Matcher = string | number | boolean | null | { readonly prefix: string } | AtLeast;
/** `{ "numeric": [">=", 4] }` */
interface AtLeast {
  readonly numeric: readonly ['>=', number];
}
export type Pattern = { readonly [field: string]: readonly Matcher[] | Pattern };

export function checkPattern(text: string | undefined): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text ?? '');
  } catch {
    throw awsError('events', 'InvalidEventPatternException', 400, 'Event pattern is not valid JSON.');
  }
  checkFields(pattern as Pattern);
  return pattern as Pattern;
}

function checkFields(pattern: Pattern): void {
  for (const [field, expected] of Object.entries(pattern)) {
    if (!Array.isArray(expected)) {
      if (typeof expected !== 'object' || expected === null) {
        throw awsError(
          'events',
          'InvalidEventPatternException',
          400,
          `${field} must be an object or an array`,
        );
      }
      checkFields(expected as Pattern);
      continue;
    }
    for (const matcher of expected as readonly Matcher[]) {
      if (typeof matcher === 'object' && matcher !== null && !isModelled(matcher)) {
        notModelled(`the matcher ${JSON.stringify(matcher)} of an event pattern`);
      }
    }
  }
}

function isModelled(matcher: object): boolean {
  if ('numeric' in matcher) {
    const [operator, , ...more] = matcher.numeric as readonly unknown[];
    return operator === '>=' && more.length === 0;
  }
  return Object.keys(matcher).join() === 'prefix';
}

export function matchesPattern(pattern: Pattern, seen: unknown): boolean {
  if (typeof seen !== 'object' || seen === null) return false;
  return Object.entries(pattern).every(([field, expected]) => {
    const value = (seen as Record<string, unknown>)[field];
    if (!Array.isArray(expected)) return matchesPattern(expected as Pattern, value);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.some((one) =>
      (expected as readonly Matcher[]).some((matcher) => matchesValue(matcher, one)),
    );
  });
}

function matchesValue(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher !== 'object' || matcher === null) return matcher === value;
  if ('numeric' in matcher) return typeof value === 'number' && value >= matcher.numeric[1];
  return typeof value === 'string' && value.startsWith(matcher.prefix);
}
