import { type RoleArn, roleArnRule, roleNameOf } from './names.js';

/** A policy document as IAM stores it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly object[];
}

/** The managed policy of one role, named as the single-role model names it: AssumeDataEngineerRolePolicy. */
export function assumePolicyName(roleArn: RoleArn): string {
  return `Assume${roleNameOf(roleArn)}Policy`;
}

/** One Allow of sts:AssumeRole on one role. */
export function assumePolicyDocument(roleArn: RoleArn): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn }],
  };
}

/**
 * What is wrong with a document as an assume policy: it must allow sts:AssumeRole, and nothing else, on exactly one
 * allow-listed role, without a wildcard. A condition may narrow it. An empty list means that nothing is wrong.
 */
export function judgeAssumePolicy(document: unknown, allowed: readonly RoleArn[]): string[] {
  const statements = listOf(field(document, 'Statement'));
  const [statement] = statements;
  if (statements.length !== 1) return [`it has ${statements.length} statements: one is allowed`];
  const findings: string[] = [];
  if (field(statement, 'Effect') !== 'Allow') findings.push('its statement does not allow');
  for (const name of ['NotAction', 'NotResource', 'Principal', 'NotPrincipal']) {
    if (field(statement, name) !== undefined) findings.push(`it uses ${name}`);
  }
  const actions = listOf(field(statement, 'Action'));
  if (actions.length !== 1 || String(actions[0]).toLowerCase() !== 'sts:assumerole') {
    findings.push(`its action is ${JSON.stringify(field(statement, 'Action'))}, not sts:AssumeRole alone`);
  }
  const resources = listOf(field(statement, 'Resource'));
  const [resource] = resources;
  if (resources.length !== 1) findings.push(`it names ${resources.length} resources: one role is allowed`);
  else if (typeof resource !== 'string' || !roleArnRule.pattern.test(resource)) {
    findings.push(`its resource ${JSON.stringify(resource)} is not ${roleArnRule.says}`);
  } else if (!allowed.some((arn) => arn === resource))
    findings.push(`the role ${resource} is not on the list`);
  return findings;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
