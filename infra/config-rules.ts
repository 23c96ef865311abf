import type * as z from 'zod';
import { assumePolicyName } from '../functions/core/assume-policy.js';
import { parseDuration } from '../functions/core/instants.js';
import { InvalidValue } from '../functions/core/invalid-value.js';
import { type RoleArn, roleNameOf } from '../functions/core/names.js';
import { pascalCase } from './names.js';

/** Rules between settings. Each is told where the setting is that breaks it. */

type Context = z.core.$RefinementCtx;

/** Lambda's environment holds 4,096 bytes; what stands beside the roles in the onboard function's takes less than 700. */
const maxRoleBytes = 3400;

export function checkRoles(roles: Readonly<Record<string, string>>, context: Context): void {
  const tell = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], input: roles[key], message });
  const seen = new Map<string, string>();
  const seenKeys = new Map<string, string>();
  for (const [key, arn] of Object.entries(roles)) {
    const roleName = roleNameOf(arn as RoleArn).toLowerCase();
    const first = seen.get(roleName);
    if (first !== undefined)
      tell(key, `it must have another name than the role of ${first}: a role's policy is named after it`);
    seen.set(roleName, first ?? key);
    const twin = seenKeys.get(pascalCase(key));
    if (twin !== undefined)
      tell(key, `its key must differ from ${twin} by more than underscores and capitals`);
    seenKeys.set(pascalCase(key), twin ?? key);
    if (assumePolicyName(arn as RoleArn).length > 128)
      tell(key, "it must have a shorter name: IAM's policy names end at 128 characters");
  }
  const bytes = Buffer.byteLength(JSON.stringify(Object.entries(roles).map(environmentEntry)));
  if (bytes > maxRoleBytes) {
    context.addIssue({
      code: 'custom',
      input: roles,
      message: `they must be fewer: their ${bytes} bytes do not fit into Lambda's environment, where ${maxRoleBytes} are left for them`,
    });
  }
}

/** What one role takes in the environment. */
function environmentEntry([key, arn]: [string, string]): unknown {
  const policyArn = `arn:aws-us-gov:iam::123456789012:policy/${assumePolicyName(arn as RoleArn)}`;
  return { [key]: { roleArn: arn, policyArn } };
}

interface Revocation {
  readonly account?: string | undefined;
  readonly roles: Readonly<Record<string, string>>;
  readonly revokeSessions: Readonly<Record<string, string>>;
}

/** Only a role of the account itself can be given a policy; which account that is must be said. */
export function checkRevocation({ account, roles, revokeSessions }: Revocation, context: Context): void {
  for (const key of Object.keys(revokeSessions)) {
    const tell = (message: string) =>
      context.addIssue({ code: 'custom', path: ['revokeSessions', key], input: roles[key] ?? key, message });
    const arn = roles[key];
    if (arn === undefined) tell('it must be the key of one of the roles');
    else if (account === undefined) tell('account must be given, for its roles alone can be listed here');
    else if (arn.split(':')[4] !== account) tell(`its role must be of the account ${account}, and is ${arn}`);
  }
}

interface Windows {
  readonly rotateAfter: string;
  readonly overlap: string;
  readonly quiet: string;
  readonly maxOverlap: string;
  readonly keyQuarantine: string;
}

export function checkWindows(windows: Windows, context: Context): void {
  const ms = (name: keyof Windows) => msOrNaN(windows[name]);
  const tell = (name: keyof Windows, message: string) =>
    context.addIssue({ code: 'custom', path: [name], input: windows[name], message });
  for (const name of ['overlap', 'quiet'] as const)
    if (ms(name) > ms('maxOverlap')) tell(name, `it must be at most maxOverlap, ${windows.maxOverlap}`);
  if (ms('maxOverlap') + ms('keyQuarantine') >= ms('rotateAfter')) {
    tell(
      'rotateAfter',
      `it must be longer than maxOverlap and keyQuarantine together, ${windows.maxOverlap} and ${windows.keyQuarantine}: ` +
        'IAM allows two keys, so the old one must be gone before the next is due',
    );
  }
}

/** A duration that is none has been told of already: it compares as neither longer nor shorter. */
function msOrNaN(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof InvalidValue) return NaN;
    throw error;
  }
}

/** Each once. */
export function checkAdopted(arns: readonly string[], context: Context): void {
  arns.forEach((arn, index) => {
    const first = arns.indexOf(arn);
    if (first < index)
      context.addIssue({
        code: 'custom',
        path: [index],
        input: arn,
        message: `adopted.${first} names it too`,
      });
  });
}
