import type { ConditionContext } from '../support/iam-simulation.js';
import { attack, on, requestTags } from './attack.js';
import { deployed } from './context.js';

const { accountId, region } = deployed;
const secretArn = (name: string) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-AbCdEf`;
export const ourSecret = secretArn('iam-lifecycle/ci-deploy');
export const secretTag: ConditionContext = { 'aws:ResourceTag/iam-lifecycle:managed': 'true' };

const stageOf = (stage: string): ConditionContext => ({ 'secretsmanager:VersionStage': stage });

const read = (context: ConditionContext, resource = ourSecret) =>
  on('secretsmanager:GetSecretValue', resource, { ...secretTag, ...context });

const other = secretArn('prod/database');
const untagged = 'a secret under our prefix without our tag';

const writeContext: ConditionContext = {
  ...stageOf('AWSCURRENT'),
  'secretsmanager:RecoveryWindowInDays': '30',
};

const secretWrites = [
  ...[
    'DeleteSecret',
    'PutSecretValue',
    'RemoveRegionsFromReplication',
    'RestoreSecret',
    'UpdateSecretVersionStage',
  ].flatMap((action) => [
    attack('Secrets', `${action} on a foreign secret`, [
      on(`secretsmanager:${action}`, other, { ...secretTag, ...writeContext }),
    ]),
    attack('Secrets', `${action} on ${untagged}`, [on(`secretsmanager:${action}`, ourSecret, writeContext)]),
  ]),
  ...['DescribeSecret', 'CreateSecret', 'TagResource'].map((action) =>
    attack('Secrets', `${action} on a foreign secret`, [
      on(`secretsmanager:${action}`, other, {
        ...secretTag,
        ...(action === 'DescribeSecret' ? {} : requestTags({ 'iam-lifecycle:managed': 'true' })),
      }),
    ]),
  ),
  attack('Secrets', 'Create a secret without our tag', [
    on('secretsmanager:CreateSecret', ourSecret, requestTags({ Name: 'x' })),
  ]),
  attack('Secrets', 'Create a secret with a tag that opens it to others', [
    on('secretsmanager:CreateSecret', ourSecret, requestTags({ 'iam-lifecycle:managed': 'true', team: 'x' })),
  ]),
  attack('Secrets', 'Move AWSPREVIOUS, so that a version is lost', [
    on('secretsmanager:UpdateSecretVersionStage', ourSecret, { ...secretTag, ...stageOf('AWSPREVIOUS') }),
  ]),
];

export const secretAttacks = [
  ...secretWrites,
  attack('Secrets', 'Read the current key', [read(stageOf('AWSCURRENT'))]),
  attack('Secrets', 'Read the previous key', [read(stageOf('AWSPREVIOUS'))]),
  attack('Secrets', 'Read a key without naming a stage', [read({})]),
  attack('Secrets', 'Read a version by its id alone', [
    read({ 'secretsmanager:VersionId': 'iam-access-key-AKIAIOSFODNN7EXAMPLE' }),
  ]),
  attack('Secrets', 'Read the pending version of a foreign secret', [
    read(stageOf('AWSPENDING'), secretArn('prod/database')),
  ]),
  attack('Secrets', 'Read the pending version of a secret under our prefix without our tag', [
    on('secretsmanager:GetSecretValue', ourSecret, stageOf('AWSPENDING')),
  ]),
  attack('Secrets', 'Read many secrets in one call', [on('secretsmanager:BatchGetSecretValue', '*')]),
  attack('Secrets', 'Read the pending key', [read(stageOf('AWSPENDING'))]),
  attack('Secrets', 'Make the current key pending, then read it', [
    on('secretsmanager:UpdateSecretVersionStage', ourSecret, { ...secretTag, ...stageOf('AWSPENDING') }),
    read(stageOf('AWSPENDING')),
  ]),
  attack('Secrets', 'Open a secret to another account', [
    on('secretsmanager:PutResourcePolicy', ourSecret, secretTag),
  ]),
  attack('Secrets', 'Copy a secret to another region', [
    on('secretsmanager:ReplicateSecretToRegions', ourSecret, secretTag),
  ]),
  attack(
    'Secrets',
    'Remove the copies of a secret that somebody keeps in other regions',
    [on('secretsmanager:RemoveRegionsFromReplication', ourSecret, secretTag)],
    ['offboard'],
  ),
  attack('Secrets', 'Create a secret that is copied to another region', [
    on('secretsmanager:CreateSecret', ourSecret, {
      ...requestTags({ 'iam-lifecycle:managed': 'true' }),
      'secretsmanager:AddReplicaRegions': ['us-east-1'],
    }),
  ]),
  attack('Secrets', 'Move a secret to another KMS key', [
    on('secretsmanager:UpdateSecret', ourSecret, secretTag),
  ]),
  attack('Secrets', 'Give a secret a rotation function of its own', [
    on('secretsmanager:RotateSecret', ourSecret, secretTag),
  ]),
  attack('Secrets', 'Delete a secret without recovery', [
    on('secretsmanager:DeleteSecret', ourSecret, {
      ...secretTag,
      'secretsmanager:ForceDeleteWithoutRecovery': 'true',
    }),
  ]),
  attack('Secrets', 'Delete a secret with a recovery window of 7 days', [
    on('secretsmanager:DeleteSecret', ourSecret, {
      ...secretTag,
      'secretsmanager:RecoveryWindowInDays': '7',
    }),
  ]),
  attack('Secrets', 'Decrypt with the key directly', [on('kms:Decrypt', deployed.kmsKeyArn!)]),
  attack('Secrets', 'Decrypt a foreign secret with the key through Secrets Manager', [
    on('kms:Decrypt', deployed.kmsKeyArn!, {
      'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': secretArn('prod/database'),
    }),
  ]),
  attack('Secrets', 'Decrypt with the key through another service', [
    on('kms:Decrypt', deployed.kmsKeyArn!, {
      'kms:ViaService': `ssm.${region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': ourSecret,
    }),
  ]),
  attack('Secrets', 'Decrypt with another key through Secrets Manager', [
    on('kms:Decrypt', deployed.kmsKeyArn!.replace(/1234abcd/, 'deadbeef'), {
      'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': ourSecret,
    }),
  ]),
  attack('Secrets', 'Give the key away by a grant', [on('kms:CreateGrant', deployed.kmsKeyArn!)]),
];
