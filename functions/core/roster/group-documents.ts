import type { PolicyDocument } from '../assume-policy.js';
import { type Rule, InvalidValue, mustFollow } from '../invalid-value.js';
import { type RosterAccount, documentOf, withMfa } from './roster-policy.js';

/**
 * What each of Gruntwork's groups may do, written from what is published about their module. `isMfaRequired` adds the
 * condition to whatever grants; groups of machines, which have no MFA, never get it.
 */

function allow(
  Action: string | readonly string[],
  Resource: string | readonly string[],
  isMfaRequired: boolean,
) {
  return { Effect: 'Allow', Action, Resource, ...(isMfaRequired ? withMfa : {}) };
}

export function fullAccessDocument(isMfaRequired: boolean): PolicyDocument {
  return documentOf({ Sid: 'FullAccess', ...allow('*', '*', isMfaRequired) });
}

export function iamAdminDocument(isMfaRequired: boolean): PolicyDocument {
  return documentOf({ Sid: 'IamAdmin', ...allow('iam:*', '*', isMfaRequired) });
}

/** The actions of AWS's job-function/Billing. The root user must have let IAM users into billing. */
const billingActions = [
  'account:GetAccountInformation',
  'aws-portal:*Billing',
  'aws-portal:*PaymentMethods',
  'aws-portal:*Usage',
  'billing:*',
  'budgets:*',
  'ce:*',
  'consolidatedbilling:*',
  'cur:*',
  'freetier:*',
  'invoicing:*',
  'payments:*',
  'pricing:DescribeServices',
  'purchase-orders:*',
  'support:CreateCase',
  'support:AddAttachmentsToSet',
  'sustainability:GetCarbonFootprintSummary',
  'tax:*',
];

export function billingDocument(isMfaRequired: boolean): PolicyDocument {
  return documentOf(allow(billingActions, '*', isMfaRequired));
}

export function supportDocument(isMfaRequired: boolean): PolicyDocument {
  return documentOf(allow(['support:*', 'support-console:*'], '*', isMfaRequired));
}

const logActions = [
  'cloudtrail:Describe*',
  'cloudtrail:Get*',
  'cloudtrail:List*',
  'cloudtrail:LookupEvents',
  'config:Describe*',
  'config:Get*',
  'config:List*',
  'config:Select*',
  'config:BatchGet*',
  'cloudwatch:Describe*',
  'cloudwatch:Get*',
  'cloudwatch:List*',
  'logs:Describe*',
  'logs:Get*',
  'logs:FilterLogEvents',
  'logs:StartQuery',
  'logs:StopQuery',
  'logs:TestMetricFilter',
];

const kmsKeyArnRule: Rule = {
  says: 'the ARN of a KMS key (not of an alias)',
  pattern: /^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
};

/** Reads CloudTrail, Config and CloudWatch, and decrypts the trail where its key is given. */
export function logsDocument(cloudtrailKmsKeyArn: string | null, isMfaRequired: boolean): PolicyDocument {
  const read = allow(logActions, '*', isMfaRequired);
  if (cloudtrailKmsKeyArn === null) return documentOf(read);
  const keyArn = mustFollow(kmsKeyArnRule, cloudtrailKmsKeyArn, 'cloudtrailKmsKeyArn');
  return documentOf(read, allow(['kms:Decrypt', 'kms:DescribeKey'], keyArn, isMfaRequired));
}

const serviceRule: Rule = {
  says:
    'a service such as s3, or an action such as s3:GetObject, and nothing of iam or sts, with which a member could ' +
    'take any right',
  pattern: /^(?!(iam|sts)(:|$))[a-z0-9-]+(:[a-z0-9*?]+)?$/i,
};

const bucketPrefixRule: Rule = {
  says: 'the beginning of a bucket name: 1 to 62 small letters, digits, dots or hyphens',
  pattern: /^[a-z0-9][a-z0-9.-]{0,61}$/,
};

/** The listed services in full, the listed actions as they are, and the member's own bucket. */
export function developersDocument(
  settings: {
    readonly developersPermittedServices: readonly string[];
    readonly developersS3BucketPrefix: string;
  },
  { partition }: RosterAccount,
  isMfaRequired: boolean,
): PolicyDocument {
  const actions = settings.developersPermittedServices
    .map((service) => mustFollow(serviceRule, service, 'developersPermittedServices'))
    .map((service) => (service.includes(':') ? service : `${service}:*`));
  const prefix = mustFollow(bucketPrefixRule, settings.developersS3BucketPrefix, 'developersS3BucketPrefix');
  const bucket = `arn:${partition}:s3:::${prefix}\${aws:username}`;
  return documentOf(
    ...(actions.length === 0 ? [] : [allow(actions, '*', isMfaRequired)]),
    allow('s3:*', [bucket, `${bucket}/*`], isMfaRequired),
  );
}

export function useExistingIamRolesDocument(isMfaRequired: boolean): PolicyDocument {
  const actions = ['iam:PassRole', 'iam:GetRole', 'iam:ListRoles', 'iam:ListInstanceProfiles'];
  return documentOf(allow(actions, '*', isMfaRequired));
}

const permissionRule: Rule = {
  says: 'an action such as ecs:UpdateService or ecs:*',
  pattern: /^[a-z0-9-]+:[a-z0-9*?]+$/i,
};

/** For machines. */
export function autoDeployDocument(permissions: readonly string[]): PolicyDocument {
  if (permissions.length === 0) {
    throw new InvalidValue(
      'autoDeployPermissions',
      '[]',
      'a list of at least one action, where the group is on',
    );
  }
  const actions = permissions.map((permission) =>
    mustFollow(permissionRule, permission, 'autoDeployPermissions'),
  );
  return documentOf(allow(actions, '*', false));
}

/** Whether MFA is needed is for the roles' trust policies to say, which see it in every session. */
export function crossAccountDocument(roleArns: readonly string[]): PolicyDocument {
  return documentOf(allow(['sts:AssumeRole', 'sts:TagSession'], roleArns, false));
}

/** What a user without MFA needs in order to set it up; the password, since a first one may have to be changed at once. */
const setUpActions = {
  view: ['iam:ListVirtualMFADevices'],
  ownUser: [
    'iam:ChangePassword',
    'iam:EnableMFADevice',
    'iam:GetUser',
    'iam:ListMFADevices',
    'iam:ResyncMFADevice',
  ],
  ownDevice: ['iam:CreateVirtualMFADevice'],
};

const viewActions = ['iam:GetAccountPasswordPolicy', 'iam:GetAccountSummary', 'iam:ListUsers'];

const ownCredentialActions = [
  'iam:GetLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:CreateAccessKey',
  'iam:DeleteAccessKey',
  'iam:ListAccessKeys',
  'iam:UpdateAccessKey',
  'iam:DeleteSigningCertificate',
  'iam:ListSigningCertificates',
  'iam:UpdateSigningCertificate',
  'iam:UploadSigningCertificate',
  'iam:DeleteSSHPublicKey',
  'iam:GetSSHPublicKey',
  'iam:ListSSHPublicKeys',
  'iam:UpdateSSHPublicKey',
  'iam:UploadSSHPublicKey',
  'iam:CreateServiceSpecificCredential',
  'iam:DeleteServiceSpecificCredential',
  'iam:ListServiceSpecificCredentials',
  'iam:ResetServiceSpecificCredential',
  'iam:UpdateServiceSpecificCredential',
  'iam:DeactivateMFADevice',
];

/**
 * A user's own account. With MFA required, everything but its set-up needs MFA, so that a stolen access key gives no
 * further credential and takes no device away. A device may have any name, as the console lets people choose it:
 * mfa/${aws:username} would refuse them.
 */
export function selfMgmtDocument(account: RosterAccount, isMfaRequired: boolean): PolicyDocument {
  const arn = `arn:${account.partition}:iam::${account.accountId}`;
  // The second for users below a path. A name has no slash, so that none but the own one follows the last.
  const ownUser = [`${arn}:user/\${aws:username}`, `${arn}:user/*/\${aws:username}`];
  const anyDevice = `${arn}:mfa/*`;
  return documentOf(
    { Sid: 'View', ...allow([...viewActions, ...setUpActions.view], '*', false) },
    { Sid: 'SetUpOwnUser', ...allow(setUpActions.ownUser, ownUser, false) },
    { Sid: 'SetUpOwnDevice', ...allow(setUpActions.ownDevice, anyDevice, false) },
    { Sid: 'OwnCredentials', ...allow(ownCredentialActions, ownUser, isMfaRequired) },
    // IAM deletes a device only after its deactivation, which is allowed on the own user alone.
    { Sid: 'RemoveOwnDevice', ...allow('iam:DeleteVirtualMFADevice', anyDevice, isMfaRequired) },
  );
}

/**
 * Denies everything but the set-up of MFA without MFA: beside AWS's own policies, on which no condition can be laid.
 * It denies long-lived access keys too, so it is nothing for machines.
 */
export function requireMfaDocument(): PolicyDocument {
  return documentOf({
    Sid: 'DenyAllButSetUpWithoutMfa',
    Effect: 'Deny',
    NotAction: [...Object.values(setUpActions).flat(), 'sts:GetSessionToken'],
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  });
}
