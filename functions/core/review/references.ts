import { type PolicySource, isObject, lowerKeys, readStatements, textsOf } from './policy-statements.js';
import type { Statement } from './policy-statements.js';
import { type Subject, strangerName } from './subject.js';
import {
  type Certainty,
  type Reading,
  type Target,
  type ValueMatch,
  matchValue,
  surest,
} from './value-match.js';

/** One place of a policy that names the user. */
export interface Reference {
  readonly what: string;
  readonly arn: string;
  /** The statement's Sid, or its number, as in "#2". */
  readonly statement: string;
  readonly effect: string;
  /** Principal, NotPrincipal, Resource, NotResource, or a condition, as in "StringLike aws:username". */
  readonly place: string;
  /** What stands there. */
  readonly value: string;
  /** What of the user that is. */
  readonly as: string;
  readonly certainty: Certainty;
}

export interface References {
  readonly found: readonly Reference[];
  /** What has a policy that is no JSON, or not of a policy's shape. */
  readonly unreadable: readonly string[];
}

/** Where these policies name the user. A pattern that fits everybody names nobody, and neither does a policy variable. */
export function findReferences(sources: readonly PolicySource[], subject: Subject): References {
  const found: Reference[] = [];
  const unreadable: string[] = [];
  for (const { what, arn, document } of sources) {
    const statements = readStatements(document);
    if (statements === null) unreadable.push(what);
    for (const [index, statement] of (statements ?? []).entries()) {
      const [sid = ''] = textsOf(statement['sid']);
      const [effect = ''] = textsOf(statement['effect']);
      const at = { what, arn, statement: sid || `#${index + 1}`, effect };
      found.push(...placesOf(statement, subject).map((place) => ({ ...at, ...place })));
    }
  }
  return { found, unreadable };
}

type Place = Pick<Reference, 'place' | 'value' | 'as' | 'certainty'>;

function placesOf(statement: Statement, subject: Subject): Place[] {
  const principals = ['Principal', 'NotPrincipal'].flatMap((place) =>
    matched(place, principalsOf(statement[place.toLowerCase()]), (text) => matchPrincipal(text, subject)),
  );
  const resources = ['Resource', 'NotResource'].flatMap((place) =>
    matched(place, textsOf(statement[place.toLowerCase()]), (text) => matchResource(text, subject)),
  );
  return [...principals, ...resources, ...conditionsOf(statement['condition'], subject)];
}

function matched(
  place: string,
  texts: readonly string[],
  match: (text: string) => ValueMatch | null,
): Place[] {
  return texts.flatMap((value) => {
    const means = match(value);
    return means === null ? [] : [{ place, value, ...means }];
  });
}

/** "*" is everybody; services, federations and CloudFront's canonical users are no users of IAM. */
function principalsOf(principal: unknown): string[] {
  return isObject(principal) ? textsOf(lowerKeys(principal)['aws']) : [];
}

/** A principal has no wildcards. IAM shows the id of a user that is gone in place of its ARN. */
function matchPrincipal(text: string, subject: Subject): ValueMatch | null {
  const isNobodys = /^AIDA[A-Z0-9]{12,}$/.test(text) && subject.livingIds?.has(text) === false;
  return surest([
    matchValue(text, 'literal', idTargets(subject)),
    matchArn(text, 'literal', subject),
    isNobodys ? { as: 'the id of a user that is gone, which may be this one', certainty: 'possible' } : null,
  ]);
}

function matchResource(text: string, subject: Subject): ValueMatch | null {
  const owned = subject.owned.map(({ what, arn, strangerArn }) => ({
    as: what,
    value: arn,
    stranger: strangerArn,
  }));
  return surest([matchArn(text, 'wildcards', subject), matchValue(text, 'wildcards', owned)]);
}

/** By condition key in lower case. */
const conditionKeys: Readonly<
  Record<string, (text: string, reading: Reading, subject: Subject) => ValueMatch | null>
> = {
  'aws:username': matchName('its name'),
  'sts:rolesessionname': matchName('its name, for a role session'),
  'sts:sourceidentity': matchName('its name, as a source identity'),
  'aws:sourceidentity': matchName('its name, as a source identity'),
  'aws:userid': matchUserId,
  'aws:principalarn': matchArn,
};

function conditionsOf(condition: unknown, subject: Subject): Place[] {
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, block]) => {
    const reading = readingOf(operator);
    if (reading === null || !isObject(block)) return [];
    return Object.entries(block).flatMap(([key, values]) => {
      const match = conditionKeys[key.toLowerCase()];
      if (!match) return [];
      return matched(`${operator} ${key}`, textsOf(values), (text) => match(text, reading, subject));
    });
  });
}

/** null: an operator that compares no names. ArnEquals reads wildcards as ArnLike does. */
function readingOf(operator: string): Reading | null {
  const plain = operator
    .toLowerCase()
    .replace(/^for(any|all)values?:/, '')
    .replace(/ifexists$/, '');
  if (/^(string(not)?like|arn(not)?(like|equals))$/.test(plain)) return 'wildcards';
  if (/^string(not)?equalsignorecase$/.test(plain)) return 'any-case';
  return /^string(not)?equals$/.test(plain) ? 'literal' : null;
}

function matchName(as: string) {
  return (text: string, reading: Reading, { name }: Subject): ValueMatch | null =>
    matchValue(text, reading, [{ as, value: name, stranger: strangerName }]);
}

/** A user's unique id, or that of a role with the name of the session after a colon. */
function matchUserId(text: string, reading: Reading, subject: Subject): ValueMatch | null {
  const session = /:([^:]+)$/.exec(text)?.[1];
  return surest([
    matchValue(text, reading, idTargets(subject)),
    session === undefined ? null : matchName('its name, for a role session')(session, reading, subject),
  ]);
}

function idTargets({ ids }: Subject): Target[] {
  return ids.map((id) => ({ as: 'its unique id', value: id, stranger: `AIDA${strangerName}` }));
}

/** The ARN of the user, or of a role session with its name. */
function matchArn(text: string, reading: Reading, subject: Subject): ValueMatch | null {
  const own = subject.arns.map((arn) => ({
    as: 'its ARN',
    value: arn,
    stranger: arn.slice(0, arn.lastIndexOf('/') + 1) + strangerName,
  }));
  return surest([matchValue(text, reading, own), matchOtherArn(text, reading, subject)]);
}

const namedArn = /^arn:[^:]*:(iam|sts)::(\d{12}|\*):(user|assumed-role\/[^/]+)\/(?:.*\/)?([^/]+)$/;

function matchOtherArn(text: string, reading: Reading, subject: Subject): ValueMatch | null {
  const [, service, accountId, kind, name = ''] = namedArn.exec(text) ?? [];
  const isAnyAccount = accountId === '*' && reading === 'wildcards';
  if (accountId !== subject.accountId && !isAnyAccount) return null;
  if (service === 'sts') return matchName('its name, for a role session')(name, reading, subject);
  const isSame = kind === 'user' && name.toLowerCase() === subject.name.toLowerCase();
  return isSame ? { as: 'a user of its name, by another path or spelling', certainty: 'possible' } : null;
}
