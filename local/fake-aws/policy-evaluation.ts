import { notModelled } from './operation.js';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, such as `aws:username`. */
  readonly context: Readonly<Record<string, string>>;
}

export type Verdict = 'allow' | 'deny' | 'silent';

/** What identity policies say together: an explicit deny wins over any allow. */
export function judgePolicies(documents: readonly string[], request: AccessRequest): Verdict {
  return judge(documents.flatMap(statementsOf), (statement) => appliesTo(statement, request));
}

/** What a trust policy says: it names principals where others name resources. */
export function judgeTrust(document: string, principals: readonly string[], request: AccessRequest): Verdict {
  return judge(statementsOf(document), ({ Resource: _none, ...statement }) => {
    const named = statement.Principal === '*' ? ['*'] : list(statement.Principal?.['AWS']);
    return named.some((name) => name === '*' || principals.includes(name)) && appliesTo(statement, request);
  });
}

function judge(statements: readonly Statement[], applies: (statement: Statement) => boolean): Verdict {
  const effects = statements.filter(applies).map((statement) => statement.Effect);
  if (effects.includes('Deny')) return 'deny';
  return effects.includes('Allow') ? 'allow' : 'silent';
}

function statementsOf(document: string): Statement[] {
  const { Statement } = JSON.parse(document) as { Statement: Statement | Statement[] };
  return Array.isArray(Statement) ? Statement : [Statement];
}

function appliesTo(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const isAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string) => matches(substitute(pattern, context), resource);
  if (Action !== undefined && !list(Action).some(isAction)) return false;
  if (NotAction !== undefined && list(NotAction).some(isAction)) return false;
  if (Resource !== undefined && !list(Resource).some(isResource)) return false;
  if (NotResource !== undefined && list(NotResource).some(isResource)) return false;
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, expected]) =>
      holds(operator, context[key.toLowerCase()], list(expected), context),
    ),
  );
}

/** A key that the request lacks fails every test but the negated ones. */
function holds(
  operator: string,
  actual: string | undefined,
  expected: readonly string[],
  context: AccessRequest['context'],
): boolean {
  const wanted = expected.map((value) => substitute(value, context));
  switch (operator) {
    case 'StringEquals':
      return actual !== undefined && wanted.includes(actual);
    case 'StringEqualsIgnoreCase':
      return actual !== undefined && wanted.some((value) => value.toLowerCase() === actual.toLowerCase());
    case 'StringNotEquals':
      return actual === undefined || !wanted.includes(actual);
    case 'StringLike':
    case 'ArnLike':
      return actual !== undefined && wanted.some((pattern) => matches(pattern, actual));
    case 'DateLessThan':
      return actual !== undefined && wanted.some((date) => Date.parse(actual) < Date.parse(date));
    default:
      return notModelled(`the condition operator ${operator}`);
  }
}

/** A variable without a value matches nothing. */
function substitute(text: string, context: AccessRequest['context']): string {
  return text.replace(/\$\{([^}]+)\}/g, (match, key: string) => context[key.toLowerCase()] ?? match);
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
