import type { UserFacts } from '../facts.js';
import type { ScannedSecret } from '../scan.js';
import type { PasswordPolicy } from './roster.js';

/** The account as a plan of the roster looks at it: all of it, in O(users / 1000) calls. */
export interface RosterFacts {
  readonly accountId: string;
  readonly users: readonly SeenUser[];
  readonly groups: readonly SeenGroup[];
  /** Customer-managed policies. */
  readonly policies: readonly SeenPolicy[];
  /** Secrets of access keys, by the user's name. */
  readonly secrets: readonly ScannedSecret[];
  /** SSM parameter names below the base paths that the roster names; empty where it names none. */
  readonly parameterNames: readonly string[];
  /** Names of those users, out of the ones that are to have one, that have a console login. */
  readonly logins: readonly string[];
  /** User name -> its SSH public keys, of those users that are to have one. */
  readonly sshKeys: Readonly<Record<string, readonly SeenSshKey[]>>;
  readonly passwordPolicy: PasswordPolicy | null;
}

export interface SeenUser {
  readonly user: UserFacts;
  readonly policyArns: readonly string[];
  readonly groupNames: readonly string[];
  /** Policy name -> document, as JSON text in canonical form. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
}

export interface SeenGroup {
  readonly name: string;
  readonly path: string;
  readonly policyArns: readonly string[];
  readonly inlinePolicyNames: readonly string[];
}

export interface SeenPolicy {
  readonly arn: string;
  readonly name: string;
  /** The default version's document, as JSON text in canonical form. */
  readonly document: string;
  /** Every version but the default one, oldest first. IAM keeps five in all. */
  readonly otherVersionIds: readonly string[];
}

export interface SeenSshKey {
  readonly id: string;
  readonly body: string;
}
