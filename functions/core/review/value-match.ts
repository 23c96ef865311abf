/**
 * How sure it is that a policy means the user: `certain` is its very name, id or ARN; `pattern` is a wildcard that fits it
 * and would not fit just anybody; `possible` is another spelling or path of the name, or an id of nobody knows whom.
 */
export type Certainty = 'certain' | 'pattern' | 'possible';

/** How a policy reads a value: as it stands, with wildcards, or without regard to case. */
export type Reading = 'literal' | 'wildcards' | 'any-case';

/** Something that a policy may name the user by. */
export interface Target {
  /** As in "its name". */
  readonly as: string;
  readonly value: string;
  /** The same of a user that does not exist: what fits this one too is about everybody. */
  readonly stranger: string;
}

export interface ValueMatch {
  readonly as: string;
  readonly certainty: Certainty;
}

/** What a value means of the targets, the surest first; null for nothing. */
export function matchValue(text: string, reading: Reading, targets: readonly Target[]): ValueMatch | null {
  const matches = targets.flatMap(({ as, value, stranger }) => {
    const certainty = certaintyOf(text, reading, value, stranger);
    return certainty === null ? [] : [{ as, certainty }];
  });
  return surest(matches);
}

export function surest(matches: readonly (ValueMatch | null)[]): ValueMatch | null {
  const found = matches.filter((match) => match !== null);
  for (const certainty of ['certain', 'pattern', 'possible'] as const) {
    const match = found.find((one) => one.certainty === certainty);
    if (match) return match;
  }
  return null;
}

function certaintyOf(text: string, reading: Reading, value: string, stranger: string): Certainty | null {
  if (text === value) return 'certain';
  if (text.toLowerCase() === value.toLowerCase()) return reading === 'any-case' ? 'certain' : 'possible';
  if (reading !== 'wildcards') return null;
  const pattern = patternOf(text);
  if (!pattern.test(value) || pattern.test(stranger)) return null;
  // "${?}" and the like can spell a value out without any wildcard.
  return /[*?]/.test(text.replaceAll(escapes, '')) ? 'pattern' : 'certain';
}

const escapes = /\$\{[*?$]\}/g;
const parts = /\$\{([^}]*)\}|[*?]|[^*?$]+|\$/g;

/**
 * "*" stands for anything, "?" for one character. Of the variables, ${*}, ${?} and ${$} are these characters themselves;
 * any other is worth something else for everybody, and so names nobody.
 */
function patternOf(text: string): RegExp {
  const source = Array.from(text.matchAll(parts), ([part, variable]) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (variable === undefined) return escapeText(part);
    return ['*', '?', '$'].includes(variable) ? escapeText(variable) : '(?!)';
  }).join('');
  return new RegExp(`^${source}$`, 's');
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
