import { fields } from './roster-fields.js';
import * as values from './roster-values.js';
import { field, filled, flag, list, text } from './roster-values.js';
import * as z from './schema.js';

const should = (does: string, isDefault: boolean) => field(flag, `Makes the group that ${does}.`, isDefault);
const name = (isDefault: string) => field(values.groupName, 'Name of that group.', isDefault);

const crossAccountGroup = fields({
  groupName: values.groupName.check(z.describe('Name of the group.')),
  iamRoleArns: filled(values.roleArn, 'role').check(z.describe('What its members may assume.')),
});

/** The inputs of Gruntwork's iam-users-and-groups that are about groups. */
export const groups = fields({
  enableIamGroups: field(flag, 'false: no groups at all.', true),
  shouldRequireMfa: field(flag, 'Whatever a group gives needs MFA, but for groups of machines.', true),
  groupPath: field(values.groupPath, 'IAM path of the groups and of their policies.', '/'),
  existing: field(
    list(values.groupName),
    'Groups that are made elsewhere and that users may be members of.',
    [],
  ),

  shouldCreateIamGroupFullAccess: should('may do everything', true),
  shouldCreateIamGroupBilling: should('sees and pays the bills', false),
  shouldCreateIamGroupSupport: should("writes to AWS's support", false),
  shouldCreateIamGroupLogs: should('reads CloudTrail, Config and CloudWatch', false),
  shouldCreateIamGroupDevelopers: should('uses iamGroupDevelopersPermittedServices', false),
  shouldCreateIamGroupReadOnly: should('reads everything', false),
  shouldCreateIamGroupUserSelfMgmt: should("manages its members' own accounts", true),
  shouldCreateIamGroupIamAdmin: should('administers IAM', false),
  shouldCreateIamGroupUseExistingIamRoles: should('passes existing roles to resources', false),
  shouldCreateIamGroupAutoDeploy: should('has autoDeployPermissions without MFA, for machines', false),
  shouldCreateIamGroupCrossAccountAccessAll: should('assumes every role of the cross-account groups', true),

  iamGroupNameFullAccess: name('full-access'),
  iamGroupNameBilling: name('billing'),
  iamGroupNameSupport: name('support'),
  iamGroupNameLogs: name('logs'),
  iamGroupNameDevelopers: name('developers'),
  iamGroupNameReadOnly: name('read-only'),
  iamGroupNameUserSelfMgmt: name('iam-user-self-mgmt'),
  iamGroupNameIamAdmin: name('iam-admin'),
  iamGroupNameUseExistingIamRoles: name('use-existing-iam-roles'),
  iamGroupNameAutoDeploy: name('_machine.ecs-auto-deploy'),
  crossAccountAccessAllGroupName: name('_all-accounts'),

  cloudtrailKmsKeyArn: field(values.keyArn, "The key that the logs group decrypts CloudTrail's files with."),
  autoDeployPermissions: field(list(text), 'Actions of the auto-deploy group.', []),
  iamGroupDevelopersPermittedServices: field(
    list(text),
    'Services (s3) or actions (s3:GetObject) of the developers.',
    [],
  ),
  iamGroupDevelopersS3BucketPrefix: field(
    text,
    'Each developer has the bucket of this and its user name.',
    'your-org-name.user-',
  ),
  iamGroupsForCrossAccountAccess: field(
    list(crossAccountGroup),
    'Groups that may assume roles, of other accounts mostly; none where it is not given.',
  ),
  iamGroupNamesSshGruntUsers: field(
    list(values.groupName),
    'Groups that give nothing in IAM, for ssh-grunt.',
    ['ssh-grunt-users'],
  ),
  iamGroupNamesSshGruntSudoUsers: field(list(values.groupName), 'The same, for those who may sudo.', [
    'ssh-grunt-sudo-users',
  ]),
  iamPolicyIamUserSelfMgmt: field(
    values.policyName,
    'Name of the self-management policy.',
    'iam-user-self-mgmt',
  ),
});
