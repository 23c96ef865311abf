import type { AccessRequest, ConditionContext } from '../support/iam-simulation.js';
import { deployed } from './context.js';

/** The cast of the attacks. */
const { accountId, region } = deployed;
export const arn = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
export const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** Somebody else's user, outside our path. */
export const foreign = arn('user/breakglass');
/** Under our path, and not ours. */
export const unmanaged = arn('user/lifecycle/stranger');
export const user = arn('user/lifecycle/ci-deploy');
/** The attacker's own, yet to be made. */
export const own = arn('user/lifecycle/mallory');

/** Made through the API. */
export const managed: ConditionContext = {
  'aws:ResourceTag/iam-lifecycle:managed': 'true',
  'aws:ResourceTag/iam-lifecycle:origin': 'api',
};
export const ofRoster: ConditionContext = { ...managed, 'aws:ResourceTag/iam-lifecycle:origin': 'roster' };
export const boundary: ConditionContext = { 'iam:PermissionsBoundary': deployed.boundaryArn };

interface Escalation {
  readonly title: string;
  readonly requests: readonly AccessRequest[];
}

const service = (name: string, resource: string) => `arn:aws:${name}:${region}:${accountId}:${resource}`;
const lambda = service('lambda', 'function:deploy');
const passRole: AccessRequest = { action: 'iam:PassRole', resource: arn('role/Admin') };
const method = (title: string, ...requests: readonly AccessRequest[]): Escalation => ({ title, requests });
const on = (action: string, resource: string, context: ConditionContext = {}): AccessRequest => ({
  action,
  resource,
  context,
});

/**
 * The privilege escalation methods that Rhino Security Labs collected ("AWS IAM Privilege Escalation: Methods and
 * Mitigation", 2018 and 2019), each as the requests that it needs. Where a method acts on a user it is tried on one
 * outside our path; other attacks try the rest.
 */
export const escalations: readonly Escalation[] = [
  method('Create a new version of a policy', on('iam:CreatePolicyVersion', arn('policy/Deployers'))),
  method(
    'Make an old version of a policy the default',
    on('iam:SetDefaultPolicyVersion', arn('policy/Deployers')),
  ),
  method(
    'Start an EC2 instance with a role',
    passRole,
    on('ec2:RunInstances', service('ec2', 'instance/i-0123456789abcdef0')),
  ),
  method('Create an access key for an administrator', on('iam:CreateAccessKey', foreign)),
  method('Create a login profile', on('iam:CreateLoginProfile', foreign)),
  method('Change a login profile', on('iam:UpdateLoginProfile', foreign)),
  method(
    'Attach a policy to a user',
    on('iam:AttachUserPolicy', foreign, { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  ),
  method('Attach a policy to a group', on('iam:AttachGroupPolicy', arn('group/readers'))),
  method('Attach a policy to a role', on('iam:AttachRolePolicy', arn('role/iam-lifecycle-rotate'))),
  method('Write an inline policy of a user', on('iam:PutUserPolicy', foreign)),
  method('Write an inline policy of a group', on('iam:PutGroupPolicy', arn('group/readers'))),
  method('Write an inline policy of a role', on('iam:PutRolePolicy', arn('role/iam-lifecycle-rotate'))),
  method('Add a user to a group', on('iam:AddUserToGroup', arn('group/administrators'))),
  method(
    'Change the trust of a role, then assume it',
    on('iam:UpdateAssumeRolePolicy', arn('role/Admin')),
    on('sts:AssumeRole', arn('role/Admin')),
  ),
  method(
    'Make a Lambda function with a role and invoke it',
    passRole,
    on('lambda:CreateFunction', lambda),
    on('lambda:InvokeFunction', lambda),
  ),
  method(
    'Make a Lambda function with a role that a new DynamoDB table triggers',
    passRole,
    on('lambda:CreateFunction', lambda),
    on('lambda:CreateEventSourceMapping', service('lambda', 'event-source-mapping:0123')),
    on('dynamodb:CreateTable', service('dynamodb', 'table/trigger')),
    on('dynamodb:PutItem', service('dynamodb', 'table/trigger')),
  ),
  method(
    'Make a Lambda function with a role that an existing DynamoDB table triggers',
    passRole,
    on('lambda:CreateFunction', lambda),
    on('lambda:CreateEventSourceMapping', service('lambda', 'event-source-mapping:0123')),
  ),
  method('Change the code of a Lambda function', on('lambda:UpdateFunctionCode', lambda)),
  method('Give a Lambda function a layer', on('lambda:UpdateFunctionConfiguration', lambda)),
  method(
    'Make a Glue development endpoint with a role',
    passRole,
    on('glue:CreateDevEndpoint', service('glue', 'devEndpoint/x')),
  ),
  method(
    'Change the SSH key of a Glue development endpoint',
    on('glue:UpdateDevEndpoint', service('glue', 'devEndpoint/x')),
  ),
  method(
    'Create a CloudFormation stack with a role',
    passRole,
    on('cloudformation:CreateStack', service('cloudformation', 'stack/x/1')),
  ),
  method(
    'Create a Data Pipeline with a role',
    passRole,
    on('datapipeline:CreatePipeline', '*'),
    on('datapipeline:PutPipelineDefinition', service('datapipeline', 'pipeline/df-1')),
  ),
  method('Create a CodeStar project from a template', on('codestar:CreateProjectFromTemplate', '*')),
  method('Create a CodeStar project with a role', passRole, on('codestar:CreateProject', '*')),
  method(
    'Create a CodeStar project, then join it',
    on('codestar:CreateProject', '*'),
    on('codestar:AssociateTeamMember', `arn:aws:codestar:${region}:${accountId}:project/x`),
  ),
  method(
    'Create a SageMaker notebook with a role',
    passRole,
    on('sagemaker:CreateNotebookInstance', service('sagemaker', 'notebook-instance/x')),
    on('sagemaker:CreatePresignedNotebookInstanceUrl', service('sagemaker', 'notebook-instance/x')),
  ),
  method(
    'Open a SageMaker notebook that exists',
    on('sagemaker:CreatePresignedNotebookInstanceUrl', service('sagemaker', 'notebook-instance/x')),
  ),
];
