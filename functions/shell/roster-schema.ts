import { fields } from './roster-fields.js';
import { groups } from './roster-schema-groups.js';
import { label } from './roster-schema-label.js';
import * as values from './roster-values.js';
import { field, filled, flag, list, mapOf, text } from './roster-values.js';
import * as z from './schema.js';

/**
 * A roster as it is written: the form of every field. What the fields mean together (roles that are known, names that
 * differ, IAM's quotas) is functions/core/roster/resolve.ts and preflight.ts.
 */

const tags = mapOf(text, text);

/** null, as in Terraform, for what is not to be there. */
const ownTags = mapOf(text, z.nullable(text));

const document = z.union(
  [text, z.record(z.string(), z.unknown())],
  'it must be a policy document, as JSON text or as a map',
);

const storeType = z.enum(['secretsmanager', 'ssm'], 'it must be secretsmanager or ssm');

const store = z.union(
  [
    storeType,
    fields({
      type: storeType.check(z.describe('What the key is kept in.')),
      basePath: field(
        values.basePath,
        'Base path of the SSM parameters; /s3_user/ where there are s3Resources.',
        '/system_user/',
      ),
      kmsKeyId: field(
        values.kmsKeyId,
        "The KMS key; the deployment's for secrets and the account's own for SSM where it is not given.",
      ),
      sesSmtpPassword: field(
        z.union([flag, list(values.regionName)], 'it must be true, false or a list of regions'),
        'Keeps the SES SMTP password too: for these regions, or with true for defaults.region.',
        false,
      ),
    }),
  ],
  'it must be secretsmanager, ssm or a map with a type',
);

const inlineIamPolicy = fields({
  resources: filled(text, 'resource').check(z.describe('ARNs, or *.')),
  actions: filled(text, 'action').check(z.describe('Such as s3:GetObject.')),
  effect: field(z.enum(['Allow', 'Deny'], 'it must be Allow or Deny'), 'What it does.', 'Allow'),
  forceMfa: field(flag, 'What is allowed needs MFA.', false),
});

const grants = {
  roles: field(list(text), 'Keys of assumableRoles: the user may assume these roles.'),
  groups: field(list(text), 'Names of groups, of the roster or of groups.existing.'),
  policyArns: field(list(values.policyArn), 'Managed policies.'),
  policyArnsMap: field(mapOf(text, values.policyArn), 'Managed policies, under any names.'),
  customerManagedPolicyNames: field(
    list(values.pathAndPolicyName),
    'Managed policies of the account, by name.',
  ),
  awsManagedPolicyNames: field(list(values.pathAndPolicyName), "AWS's managed policies, by name."),
  inlinePolicies: field(list(document), 'Inline policies; each is named after its document.'),
  inlinePoliciesMap: field(mapOf(values.policyName, document), 'Inline policies by name.'),
  jsonPolicies: field(mapOf(values.policyName, document), 'Inline policies by name.'),
  inlineIamPolicies: field(
    mapOf(values.policyName, inlineIamPolicy),
    'Inline policies of one statement, by name.',
  ),
  s3Actions: field(filled(text, 'action'), 'What is allowed on s3Resources.', ['s3:GetObject']),
  s3Resources: field(
    filled(text, 'resource'),
    "ARNs of buckets and objects, in an inline policy of the user's own name.",
  ),
};

const key = {
  createAccessKey: field(flag, 'true for system users and false for people where it is not given.'),
  store: field(store, 'Where the access key is kept; that of the defaults where it is not given.'),
  ssmEnabled: field(flag, 'true: the store is ssm. false: it is secretsmanager.'),
  ssmBasePath: field(values.basePath, 'basePath of a store of type ssm.'),
  ssmSesSmtpPasswordEnabled: field(flag, 'sesSmtpPassword of a store of type ssm.'),
  storeAccessKeysInSecretsMgr: field(flag, 'true: the store is secretsmanager.'),
};

const user = {
  enabled: field(flag, 'false: nothing is asked for, and a user that the roster made is offboarded.', true),
  description: field(text, 'The tag Description, without what a tag may not hold.'),
  path: field(values.path, 'IAM path, within defaults.userPath.'),
  permissionsBoundary: field(
    values.policyArn,
    "ARN of the permissions boundary; the roster's own where it is not given.",
  ),
  tags: field(
    ownTags,
    'Tags of the user; they win over those that its other fields make. null: the user has no such tag.',
  ),
  ...grants,
  ...key,
  forceDestroy: field(flag, 'true: it leaves at once and with everything it has, without quarantine.'),
  quarantine: field(
    values.duration,
    "How long it can be restored after it leaves, as in P7D; the deployment's where it is not given.",
  ),
};

const person = fields({
  ...user,
  sshPublicKey: field(values.sshPublicKey, 'For CodeCommit, in OpenSSH form.'),
  createLoginProfile: field(flag, 'A console login, whose password is made up.', false),
  passwordLength: field(
    values.whole(6, 128),
    'Of that password; more where passwordPolicy asks for more.',
    20,
  ),
  passwordResetRequired: field(flag, 'The password must be changed at the first sign-in.', true),
  pgpKey: field(
    values.pgpKey,
    'The password is encrypted to this key; without it, it is a secret of that user.',
  ),
});

const systemUser = fields({
  name: field(text, 'Name of the IAM user; or a label.'),
  label: field(label, 'Inputs of cloudposse/null-label, which build name and tags.'),
  ...user,
});

const defaults = fields({
  userPath: field(values.userPath, "The path of every user; the deployment's.", '/lifecycle/'),
  path: field(values.path, 'Path of a user that has none of its own; userPath where it is not given.'),
  permissionsBoundary: field(values.policyArn, 'Boundary of a user that has none of its own.'),
  tags: field(tags, 'Tags of every user.'),
  label: field(label, 'The context of every label.'),
  forceDestroy: field(flag, 'Of a user that does not say otherwise.', false),
  quarantine: field(values.duration, 'Of a user that does not say otherwise.'),
  store: field(store, 'Store of a user that says nothing of its own; secretsmanager where it is not given.'),
  region: field(
    values.regionName,
    'The region whose SES SMTP password a store with sesSmtpPassword: true keeps.',
  ),
  passwordLength: person._zod.def.out.shape.passwordLength,
  passwordResetRequired: person._zod.def.out.shape.passwordResetRequired,
});

const passwordPolicy = fields({
  minimumPasswordLength: field(values.whole(6, 128), 'Characters.', 16),
  requireLowercaseCharacters: field(flag, 'One small letter at least.', true),
  requireUppercaseCharacters: field(flag, 'One capital letter at least.', true),
  requireNumbers: field(flag, 'One digit at least.', true),
  requireSymbols: field(flag, 'One other character at least.', true),
  allowUsersToChangePassword: field(flag, 'Users may change their own password.', true),
  hardExpiry: field(flag, 'Who lets a password expire needs an administrator.', true),
  maxPasswordAge: field(values.whole(0, 1095), 'Days; 0: passwords do not expire.', 0),
  passwordReusePrevention: field(values.whole(0, 24), 'How many passwords may not come again.', 5),
});

export const rosterSchema = fields({
  $schema: field(text, 'Where the schema is, for editors.'),
  accountId: values.accountId.check(z.describe('The account; a plan for another one is refused.')),
  assumableRoles: field(
    mapOf(values.roleKey, values.roleArn),
    'Role key -> ARN of a role that users may be given.',
  ),
  defaults: field(defaults, 'What holds for every user that does not say otherwise.'),
  people: field(mapOf(text, person), 'People by user name.'),
  systemUsers: field(list(systemUser), 'Users of machines.'),
  groups: field(groups, "Gruntwork's groups; none where it is not given."),
  passwordPolicy: field(passwordPolicy, "The account's password policy; left alone where it is not given."),
});
