import { awsError } from './errors.js';
import { notModelled } from './operation.js';

type Matcher = string | number | boolean | null | { readonly prefix: string };
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
      const isPrefix =
        typeof matcher === 'object' && matcher !== null && Object.keys(matcher).join() === 'prefix';
      if (typeof matcher === 'object' && matcher !== null && !isPrefix) {
        notModelled(`the matcher ${JSON.stringify(matcher)} of an event pattern`);
      }
    }
  }
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
  return typeof value === 'string' && value.startsWith(matcher.prefix);
}
