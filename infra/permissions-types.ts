export const functionNames = [
  'onboard',
  'rotate',
  'offboard',
  'respond',
  'scan',
  'users',
  'reconcile',
  'revoke',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** The deployment that the statements are about. */
export interface PermissionContext {
  readonly accountId: string;
  readonly region: string;
  /** aws, aws-cn, aws-us-gov. */
  readonly partition: string;
  /** The IAM path of managed users, such as /lifecycle/. */
  readonly userPath: string;
  /** Users elsewhere that are looked after too. */
  readonly adoptedArns: readonly string[];
  /** The permissions boundary of every managed user. */
  readonly boundaryArn: string;
  /** The assume policies that are attached to users; none where roles are given through groups. */
  readonly assumePolicyArns: readonly string[];
  /** The groups of the roles; none where their policies are attached to users. */
  readonly roleGroupArns: readonly string[];
  /** Managed policies that users may be given beside the assume policies. */
  readonly managedPolicyAllowList: readonly string[];
  readonly rotateQueueArn: string;
  readonly offboardQueueArn: string;
  readonly respondQueueArn: string;
  /** Our event bus. */
  readonly eventBusArn: string;
  /** The deployed policy that denies sessions. */
  readonly denySessionsArn: string;
  readonly leaseTableArn: string;
  /** Of the answers to requests with an Idempotency-Key. */
  readonly answerTableArn: string;
  /** Where the evidence of departures is filed. */
  readonly evidenceBucketArn: string;
  /** The KMS key of the secrets; null for the account's own key for Secrets Manager, which needs no statement. */
  readonly kmsKeyArn: string | null;
  /** Under which paths SSM parameters may hold keys, each as normaliseBasePath makes it; none: no function has a right in SSM. */
  readonly ssmBasePaths: readonly string[];
  /** KMS keys that a user's own tag may name for its key's store. */
  readonly keyStoreKmsKeyArns: readonly string[];
  /** Null where no roster is deployed: then nothing keeps one. */
  readonly roster: RosterContext | null;
  /** Null where no role sessions are revoked. */
  readonly revocation: RevocationContext | null;
}

export interface RevocationContext {
  readonly queueArn: string;
  readonly roleArns: readonly string[];
  /** The revocation policy of each of them. */
  readonly policyArns: readonly string[];
}

export interface RosterContext {
  /** Of the roster's object in its bucket. */
  readonly objectArn: string;
  /** What the roster gives users, its roles' policies among it. */
  readonly policyArns: readonly string[];
  /** The groups that it puts users into. */
  readonly groupArns: readonly string[];
}

/** Operator -> condition key -> value or values, as in a policy document. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface PermissionStatement {
  /** Letters and digits, unique in its document. */
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** It is about every resource but these. */
  readonly isElsewhere?: true;
  readonly conditions?: Conditions;
  /** Why the function needs it, or what the denial prevents; shown in docs/security.md. */
  readonly reason: string;
}

export interface PermissionDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: readonly string[];
    readonly Resource?: readonly string[];
    readonly NotResource?: readonly string[];
    readonly Condition?: Conditions;
  }[];
}
