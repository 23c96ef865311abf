import type { StandardGroup } from './groups.js';
import type { LabelInput } from './label.js';
import type { PasswordPolicy } from './roster.js';

/**
 * A roster as it is written, field by field of the right form and under its camel-case name, before any default:
 * what functions/shell/roster-schema.ts lets through.
 */
export interface RosterInput {
  readonly accountId: string;
  readonly assumableRoles?: Readonly<Record<string, string>> | undefined;
  readonly defaults?: DefaultsInput | undefined;
  /** By user name. */
  readonly people?: Readonly<Record<string, PersonInput>> | undefined;
  readonly systemUsers?: readonly SystemUserInput[] | undefined;
  readonly groups?: GroupsInput | undefined;
  readonly passwordPolicy?: Optional<PasswordPolicy> | undefined;
}

type Optional<Fields> = { readonly [Key in keyof Fields]?: Fields[Key] | undefined };

export interface DefaultsInput {
  readonly userPath?: string | undefined;
  readonly path?: string | undefined;
  readonly permissionsBoundary?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly label?: LabelInput | undefined;
  readonly forceDestroy?: boolean | undefined;
  /** ISO 8601. */
  readonly quarantine?: string | undefined;
  readonly store?: StoreInput | undefined;
  /** Whose SES takes the SMTP password where a store lists no regions. */
  readonly region?: string | undefined;
  readonly passwordLength?: number | undefined;
  readonly passwordResetRequired?: boolean | undefined;
}

/** A policy document, as JSON text or as the object that it is. */
export type DocumentInput = string | Readonly<Record<string, unknown>>;

export type StoreInput =
  | 'secretsmanager'
  | 'ssm'
  | {
      readonly type: 'secretsmanager' | 'ssm';
      readonly basePath?: string | undefined;
      readonly kmsKeyId?: string | undefined;
      readonly sesSmtpPassword?: boolean | readonly string[] | undefined;
    };

/** What may be said of any user. */
export interface UserInput {
  readonly enabled?: boolean | undefined;
  readonly description?: string | undefined;
  readonly path?: string | undefined;
  readonly permissionsBoundary?: string | undefined;
  /** null: no such tag, although another field or the defaults make it. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly policyArns?: readonly string[] | undefined;
  readonly policyArnsMap?: Readonly<Record<string, string>> | undefined;
  readonly customerManagedPolicyNames?: readonly string[] | undefined;
  readonly awsManagedPolicyNames?: readonly string[] | undefined;
  readonly inlinePolicies?: readonly DocumentInput[] | undefined;
  /** By policy name, like the two that follow. */
  readonly inlinePoliciesMap?: Readonly<Record<string, DocumentInput>> | undefined;
  readonly jsonPolicies?: Readonly<Record<string, DocumentInput>> | undefined;
  readonly inlineIamPolicies?: Readonly<Record<string, InlineIamPolicyInput>> | undefined;
  readonly s3Actions?: readonly string[] | undefined;
  readonly s3Resources?: readonly string[] | undefined;
  readonly createAccessKey?: boolean | undefined;
  readonly store?: StoreInput | undefined;
  readonly ssmEnabled?: boolean | undefined;
  readonly ssmBasePath?: string | undefined;
  readonly ssmSesSmtpPasswordEnabled?: boolean | undefined;
  readonly storeAccessKeysInSecretsMgr?: boolean | undefined;
  readonly forceDestroy?: boolean | undefined;
  /** ISO 8601. */
  readonly quarantine?: string | undefined;
}

export interface InlineIamPolicyInput {
  readonly resources: readonly string[];
  readonly actions: readonly string[];
  readonly effect?: 'Allow' | 'Deny' | undefined;
  readonly forceMfa?: boolean | undefined;
}

export interface PersonInput extends UserInput {
  readonly sshPublicKey?: string | undefined;
  readonly createLoginProfile?: boolean | undefined;
  readonly passwordLength?: number | undefined;
  readonly passwordResetRequired?: boolean | undefined;
  readonly pgpKey?: string | undefined;
}

export interface SystemUserInput extends UserInput {
  readonly name?: string | undefined;
  readonly label?: LabelInput | undefined;
}

/** The inputs of Gruntwork's groups, by their own names in camel case. */
export type GroupsInput = {
  readonly [Group in StandardGroup as `shouldCreateIamGroup${Capitalize<Group>}`]?: boolean | undefined;
} & {
  readonly [Group in StandardGroup as `iamGroupName${Capitalize<Group>}`]?: string | undefined;
} & {
  readonly enableIamGroups?: boolean | undefined;
  readonly shouldRequireMfa?: boolean | undefined;
  readonly groupPath?: string | undefined;
  readonly cloudtrailKmsKeyArn?: string | undefined;
  readonly autoDeployPermissions?: readonly string[] | undefined;
  readonly iamGroupDevelopersPermittedServices?: readonly string[] | undefined;
  readonly iamGroupDevelopersS3BucketPrefix?: string | undefined;
  readonly iamGroupsForCrossAccountAccess?:
    | readonly { readonly groupName: string; readonly iamRoleArns: readonly string[] }[]
    | undefined;
  readonly crossAccountAccessAllGroupName?: string | undefined;
  readonly iamGroupNamesSshGruntUsers?: readonly string[] | undefined;
  readonly iamGroupNamesSshGruntSudoUsers?: readonly string[] | undefined;
  readonly iamPolicyIamUserSelfMgmt?: string | undefined;
  /** Groups that are made elsewhere and that users may be members of. */
  readonly existing?: readonly string[] | undefined;
};
