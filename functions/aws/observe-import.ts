import type { ImportFacts } from '../core/roster/import.js';
import { fetchReport, usersMarked } from './account.js';
import type { Clients } from './clients.js';
import type { Clock } from './clock.js';
import { observeIdentities, observeLogins, observePasswordPolicy, observeSshKeys } from './observe-roster.js';

/**
 * The account as an import looks at it: O(users / 1000) calls, and one or two more for each user with a console login or
 * MFA. Who these are is what the credential report says, which may be four hours old.
 */
export async function observeImport(
  { iam }: Pick<Clients, 'iam'>,
  clock: Clock,
  accountId: string,
): Promise<ImportFacts> {
  const [account, report, passwordPolicy] = await Promise.all([
    observeIdentities(iam),
    fetchReport(iam, clock),
    observePasswordPolicy(iam),
  ]);
  const withPassword = new Set(usersMarked(report.csv, 'password_enabled'));
  const withMfa = new Set(usersMarked(report.csv, 'mfa_active'));
  const users = account.users.map(({ user }) => user);
  const isYounger = (createdAt: number) => createdAt >= report.generatedAt;
  const mayHaveLogin = users.filter(({ arn, createdAt }) => withPassword.has(arn) || isYounger(createdAt));
  const logins = await observeLogins(
    iam,
    mayHaveLogin.map(({ name }) => name),
  );
  const mfaUsers = users.filter(({ arn }) => withMfa.has(arn)).map(({ name }) => name);
  const sshKeys = await observeSshKeys(iam, [...new Set([...logins, ...mfaUsers])]);
  return { accountId, ...account, logins, mfaUsers, sshKeys, passwordPolicy, keyWishes: {} };
}
