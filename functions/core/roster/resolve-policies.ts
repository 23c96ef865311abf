import { assumePolicyName } from '../assume-policy.js';
import { parseRoleArn } from '../names.js';
import type { Path } from './faults.js';
import { type ResolveContext, attempt } from './resolve-context.js';
import type { DocumentInput, UserInput } from './roster-input.js';
import {
  type InlineIamPolicy,
  canonicalDocument,
  inlineIamPolicy,
  s3UserDocument,
} from './user-documents.js';

/** The managed policies of a user, those of its roles first; each once, however often it is named. */
export function resolvePolicyArns(user: UserInput, path: Path, context: ResolveContext): string[] {
  const { partition, accountId } = context;
  const arns = [
    ...resolveRoles(user, path, context),
    ...(user.policyArns ?? []),
    ...Object.values(user.policyArnsMap ?? {}),
    ...(user.customerManagedPolicyNames ?? []).map(
      (name) => `arn:${partition}:iam::${accountId}:policy/${name}`,
    ),
    ...(user.awsManagedPolicyNames ?? []).map((name) => `arn:${partition}:iam::aws:policy/${name}`),
  ];
  return [...new Set(arns)];
}

/** The assume policies of the roles that the roster has. */
function resolveRoles(
  { roles = [] }: UserInput,
  path: Path,
  { input, partition, accountId, tell }: ResolveContext,
): string[] {
  const known = input.assumableRoles ?? {};
  return roles.flatMap((key, index) => {
    const at = [...path, 'roles', index];
    const isKnown = Object.hasOwn(known, key);
    if (!isKnown)
      tell(at, key, `Valid role values are: ${Object.keys(known).join(', ') || '(none)'}`, [
        'assumableRoles',
        key,
      ]);
    if (roles.indexOf(key) < index) tell(at, key, 'it is named twice');
    if (!isKnown) return [];
    return [`arn:${partition}:iam::${accountId}:policy/${assumePolicyName(parseRoleArn(known[key]!))}`];
  });
}

/** Policy name -> canonical document, from every field that holds documents. */
export function resolveInlinePolicies(
  user: UserInput,
  userName: string,
  path: Path,
  context: ResolveContext,
): Record<string, string> {
  const policies = new Map<string, string>();
  const { tell, md5 } = context;
  const add = (name: string, document: string | null, at: Path): void => {
    if (document === null) return;
    const twin = [...policies.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
    if (twin !== undefined && policies.get(twin) !== document)
      tell(at, name, `there is an inline policy ${twin} with another document`);
    if (twin === undefined) policies.set(name, document);
  };
  const documents = (user.inlinePolicies ?? []).entries();
  for (const [index, input] of documents) {
    const at = [...path, 'inlinePolicies', index];
    const document = resolveDocument(input, at, context);
    // A policy of a list has no name of its own; this one changes only with the document.
    add(document === null ? '' : `inline-${md5(document).slice(0, 12)}`, document, at);
  }
  for (const field of ['inlinePoliciesMap', 'jsonPolicies'] as const) {
    for (const [name, input] of Object.entries(user[field] ?? {})) {
      const at = [...path, field, name];
      add(name, resolveDocument(input, at, context), at);
    }
  }
  for (const [name, { resources, actions, effect = 'Allow', forceMfa = false }] of Object.entries(
    user.inlineIamPolicies ?? {},
  )) {
    const at = [...path, 'inlineIamPolicies', name];
    const policy: InlineIamPolicy = { resources, actions, effect, force_mfa: forceMfa };
    add(
      name,
      attempt(tell, at, () => JSON.stringify(inlineIamPolicy(policy))),
      at,
    );
  }
  add(userName, resolveS3(user, path, context), [...path, 's3Resources']);
  return Object.fromEntries(policies);
}

function resolveDocument(input: DocumentInput, path: Path, { tell }: ResolveContext): string | null {
  const json = typeof input === 'string' ? input : JSON.stringify(input);
  return attempt(tell, path, () => canonicalDocument(json, ''));
}

/** What an S3 user may do: one statement, in a policy named as the user. */
function resolveS3(user: UserInput, path: Path, { tell }: ResolveContext): string | null {
  const { s3Actions, s3Resources } = user;
  if (s3Resources === undefined) {
    if (s3Actions !== undefined)
      tell([...path, 's3Actions'], s3Actions, 'it needs s3Resources, on which the actions are allowed');
    return null;
  }
  const make = () => JSON.stringify(s3UserDocument(s3Actions ?? ['s3:GetObject'], s3Resources));
  return attempt(tell, [...path, 's3Resources'], make);
}
