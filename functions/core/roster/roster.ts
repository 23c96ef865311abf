import type { PolicyDocument } from '../assume-policy.js';
import type { KeyWish } from '../key-wish.js';
import type { UserName } from '../names.js';
import type { Tags } from '../tags.js';

/**
 * The roster as plan takes it: every name built, every default in place, every policy document written, and all of it
 * checked against IAM's quotas. Reading and checking is functions/shell/read-roster.ts.
 */
export interface Roster {
  /** 12 digits; a plan for another account is refused. */
  readonly accountId: string;
  /** Every user of the roster lives under this path. */
  readonly userPath: string;
  /** Role key -> role ARN. */
  readonly assumableRoles: Readonly<Record<string, string>>;
  /** In the roster's order, people first; disabled ones among them. */
  readonly users: readonly RosterUser[];
  readonly groups: readonly RosterGroup[];
  /** Every customer-managed policy that the roster itself declares, in the order in which they are to be made. */
  readonly policies: readonly RosterPolicy[];
  readonly passwordPolicy: PasswordPolicy | null;
}

export interface RosterUser {
  readonly kind: 'person' | 'systemUser';
  /** '' where the entry is disabled and its name is built by a label. */
  readonly name: UserName | '';
  /** The name before null-label's length limit; the same as `name` without one. */
  readonly nameFull: string;
  /** false: the entry asks for nothing; a user of that name which the roster made is offboarded. */
  readonly enabled: boolean;
  readonly path: string;
  readonly boundaryArn: string;
  /** The user's own tags, as the seeds set them; those of the lifecycle are added by the plan. */
  readonly tags: Tags;
  /** Role keys, of people. */
  readonly roles: readonly string[];
  /** Managed policies, those of its roles among them; each once. */
  readonly policyArns: readonly string[];
  /** Policy name -> document, as JSON text in canonical form (JSON.stringify of the parsed document). */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly groupNames: readonly string[];
  /** null: no access key is wanted. */
  readonly key: KeyWish | null;
  /** null: no console login is wanted. */
  readonly login: LoginWish | null;
  /** In OpenSSH form, or null. */
  readonly sshPublicKey: string | null;
  /** true: leaves at once and with everything it has; false: leaves through the quarantine. */
  readonly forceDestroy: boolean;
  /** How long it can be restored after it leaves, as an ISO 8601 duration; null: as the deployment says. */
  readonly quarantine: string | null;
}

export interface LoginWish {
  readonly passwordLength: number;
  readonly passwordResetRequired: boolean;
  /** Base64 of the binary OpenPGP public key, to which the password is encrypted; null: it becomes a secret of that user. */
  readonly pgpKey: string | null;
}

export interface RosterGroup {
  readonly name: string;
  readonly path: string;
  /** Managed policies, the roster's own and AWS's. */
  readonly policyArns: readonly string[];
}

/** A customer-managed policy; its ARN is arn:aws:iam::ACCOUNT:policy PATH NAME. */
export interface RosterPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly description: string;
  readonly document: PolicyDocument;
}

/** The account's password policy, by the names of UpdateAccountPasswordPolicy; 0 days or 0 passwords: no such rule. */
export interface PasswordPolicy {
  readonly minimumPasswordLength: number;
  readonly requireLowercaseCharacters: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
  readonly allowUsersToChangePassword: boolean;
  readonly hardExpiry: boolean;
  readonly maxPasswordAge: number;
  readonly passwordReusePrevention: number;
}
