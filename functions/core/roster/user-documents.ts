import type { PolicyDocument } from '../assume-policy.js';
import { InvalidValue, type Rule } from '../invalid-value.js';
import { documentOf, withMfa } from './roster-policy.js';

/** A policy of a user's own, by the field names of Gruntwork's inline_iam_policies. */
export interface InlineIamPolicy {
  readonly resources: readonly string[];
  readonly actions: readonly string[];
  readonly effect: 'Allow' | 'Deny';
  readonly force_mfa: boolean;
}

/** What the user of cloudposse's iam-s3-user may do: these actions on these resources, in one statement. */
export function s3UserDocument(actions: readonly string[], resources: readonly string[]): PolicyDocument {
  return oneStatement('Allow', actions, resources, ['s3_actions', 's3_resources']);
}

/** With `force_mfa` an Allow needs MFA. A Deny holds in any case: one that lapses without MFA would be a grant. */
export function inlineIamPolicy(policy: InlineIamPolicy): PolicyDocument {
  const { resources, actions, effect, force_mfa: forceMfa } = policy;
  const more = forceMfa && effect === 'Allow' ? withMfa : {};
  return oneStatement(effect, actions, resources, ['actions', 'resources'], more);
}

function oneStatement(
  Effect: 'Allow' | 'Deny',
  Action: readonly string[],
  Resource: readonly string[],
  [actionField, resourceField]: readonly [string, string],
  more: object = {},
): PolicyDocument {
  if (Action.length === 0) throw new InvalidValue(actionField, '[]', 'a list of at least one action');
  if (Resource.length === 0) throw new InvalidValue(resourceField, '[]', 'a list of at least one resource');
  return documentOf({ Effect, Action, Resource, ...more });
}

/**
 * A policy document from outside in canonical form: JSON.stringify of what was parsed. Throws InvalidValue for what IAM
 * would refuse at a glance, with its place behind the field's name. A missing Version is left missing: to IAM it means
 * 2008-10-17.
 */
export function canonicalDocument(json: string, field: string): string {
  const document = parseJson(json, field);
  must(isObject(document), field, document, 'a policy document, which is a JSON object');
  mustKnow(document, ['Version', 'Id', 'Statement'], field);
  const { Version, Statement } = document;
  must(
    Version === undefined || Version === '2012-10-17' || Version === '2008-10-17',
    `${field}.Version`,
    Version,
    '2012-10-17, or 2008-10-17',
  );
  const statements = listOf(Statement);
  must(statements.length > 0, `${field}.Statement`, Statement, 'a statement, or a list of at least one');
  statements.forEach((statement, index) => {
    checkStatement(
      statement,
      Array.isArray(Statement) ? `${field}.Statement[${index}]` : `${field}.Statement`,
    );
  });
  const sids = statements
    .map((statement) => (statement as Statement)['Sid'])
    .filter((sid) => sid !== undefined);
  must(new Set(sids).size === sids.length, `${field}.Statement`, sids, 'a list in which no Sid comes twice');
  return JSON.stringify(document);
}

type Statement = Readonly<Record<string, unknown>>;

function checkStatement(statement: unknown, field: string): void {
  must(isObject(statement), field, statement, 'a statement, which is a JSON object');
  // No Principal: it is for the policies of roles and resources.
  const known = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
  mustKnow(statement, known, field);
  const { Sid = '', Effect, Condition = {} } = statement;
  must(typeof Sid === 'string' && /^[A-Za-z0-9]*$/.test(Sid), `${field}.Sid`, Sid, 'letters and digits');
  must(Effect === 'Allow' || Effect === 'Deny', `${field}.Effect`, Effect, 'Allow or Deny');
  must(isObject(Condition), `${field}.Condition`, Condition, 'a JSON object');
  checkOneOf(statement, ['Action', 'NotAction'], actionRule, field);
  checkOneOf(statement, ['Resource', 'NotResource'], resourceRule, field);
}

const actionRule: Rule = { says: '* or an action such as s3:GetObject', pattern: /^(\*|[\w-]+:[\w*?]+)$/ };
const resourceRule: Rule = { says: '* or an ARN', pattern: /^(\*|arn:.+)$/ };

/** A statement has the one or the other, as a text or a list of texts. */
function checkOneOf(statement: Statement, names: readonly [string, string], rule: Rule, field: string): void {
  const [name, ...more] = names.filter((name) => statement[name] !== undefined);
  if (name === undefined || more.length > 0) {
    throw new InvalidValue(field, shown(statement), `a statement with either ${names.join(' or ')}`);
  }
  const place = `${field}.${name}`;
  const values = listOf(statement[name]);
  must(values.length > 0, place, statement[name], 'one at the least');
  for (const value of values) {
    must(typeof value === 'string' && rule.pattern.test(value), place, value, rule.says);
  }
}

function parseJson(json: string, field: string): unknown {
  // IAM API reference, PutUserPolicy: tab, line feed, carriage return, and U+0020 to U+00FF.
  must(/^[\t\n\r\u0020-\u00ff]+$/.test(json), field, json, 'JSON text without characters beyond U+00FF');
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidValue(field, shown(json), `JSON: ${error.message}`);
  }
}

function isObject(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function mustKnow(value: Statement, known: readonly string[], field: string): void {
  const stranger = Object.keys(value).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  throw new InvalidValue(
    `${field}.${stranger}`,
    shown(value[stranger]),
    `left out: only ${known.join(', ')} may stand here`,
  );
}

function must(holds: boolean, field: string, value: unknown, rule: string): asserts holds {
  if (!holds) throw new InvalidValue(field, shown(value), rule);
}

/** Enough of a value to find it by. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/**
 * The characters of a document as IAM's quotas count them: without white space between its parts. White space within
 * a string is counted here, so that a document which fits by this count fits by IAM's too.
 */
export function policyCharacters(document: PolicyDocument | string): number {
  return JSON.stringify(typeof document === 'string' ? JSON.parse(document) : document).length;
}
