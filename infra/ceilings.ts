import type { FunctionName } from './permissions-types.js';

/** The most that one function may do, in the words of IAM; what its own policy says is narrower still. */
export interface Ceiling {
  /** On users under our path, their groups and their MFA devices. */
  readonly users: readonly string[];
  readonly secrets: readonly string[];
  readonly parameters: readonly string[];
  readonly joinsGroups: boolean;
  readonly holdsLeases: boolean;
  /** To requests with an Idempotency-Key. */
  readonly keepsAnswers: boolean;
  /** From a queue of its own. */
  readonly takesWork: boolean;
  readonly readsRoster: boolean;
  /** Writes it, finds it and reads it. */
  readonly filesEvidence: boolean;
  /** Of the calls in this account. */
  readonly readsHistory: boolean;
  /** Asks that sessions be revoked, or does it. */
  readonly revokes: 'asks' | 'sets' | null;
  /** Of leaks. */
  readonly asksForAnswers: boolean;
}

const nothing: Ceiling = {
  users: [],
  secrets: [],
  parameters: [],
  joinsGroups: false,
  holdsLeases: false,
  keepsAnswers: false,
  takesWork: false,
  readsRoster: false,
  filesEvidence: false,
  readsHistory: false,
  revokes: null,
  asksForAnswers: false,
};

export const ceilings: Readonly<Record<FunctionName, Ceiling>> = {
  onboard: {
    ...nothing,
    users: [
      'iam:CreateUser',
      'iam:TagUser',
      'iam:UntagUser',
      'iam:AttachUserPolicy',
      'iam:DetachUserPolicy',
      'iam:RemoveUserFromGroup',
    ],
    secrets: ['secretsmanager:DescribeSecret'],
    joinsGroups: true,
    holdsLeases: true,
    keepsAnswers: true,
  },
  rotate: {
    ...nothing,
    users: ['iam:TagUser', 'iam:UntagUser', 'iam:*AccessKey'],
    secrets: [
      'secretsmanager:CreateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:RestoreSecret',
      'secretsmanager:TagResource',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    parameters: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:GetParameter'],
    holdsLeases: true,
    takesWork: true,
  },
  offboard: {
    ...nothing,
    users: [
      'iam:TagUser',
      'iam:UntagUser',
      'iam:AttachUserPolicy',
      'iam:DetachUserPolicy',
      'iam:DeleteUserPolicy',
      'iam:PutUserPermissionsBoundary',
      'iam:UpdateAccessKey',
      'iam:DeleteAccessKey',
      'iam:DeleteLoginProfile',
      // To switch off and to delete: making them is denied below.
      'iam:*Credential',
      'iam:*SSHPublicKey',
      'iam:*Certificate',
      'iam:De*MFADevice',
      'iam:RemoveUserFromGroup',
      'iam:DeleteUser',
    ],
    secrets: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:DeleteSecret',
      'secretsmanager:RemoveRegionsFromReplication',
    ],
    parameters: ['ssm:DeleteParameters'],
    holdsLeases: true,
    takesWork: true,
    filesEvidence: true,
    readsHistory: true,
    revokes: 'asks',
  },
  respond: {
    ...nothing,
    users: [
      'iam:TagUser',
      'iam:UntagUser',
      'iam:AttachUserPolicy',
      'iam:DetachUserPolicy',
      'iam:PutUserPermissionsBoundary',
      'iam:UpdateAccessKey',
    ],
    secrets: ['secretsmanager:DescribeSecret'],
    holdsLeases: true,
    takesWork: true,
    asksForAnswers: true,
    readsHistory: true,
  },
  scan: { ...nothing, asksForAnswers: true },
  users: { ...nothing, secrets: ['secretsmanager:DescribeSecret'], keepsAnswers: true },
  reconcile: {
    ...nothing,
    users: [
      'iam:CreateUser',
      'iam:TagUser',
      'iam:UntagUser',
      'iam:AttachUserPolicy',
      'iam:DetachUserPolicy',
      'iam:DeleteUserPolicy',
      'iam:PutUserPermissionsBoundary',
      'iam:RemoveUserFromGroup',
    ],
    joinsGroups: true,
    holdsLeases: true,
    readsRoster: true,
  },
  revoke: { ...nothing, takesWork: true, revokes: 'sets' },
};
