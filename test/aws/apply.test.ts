import { CreateUserCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { applyLeavingStep } from '../../functions/aws/apply-leaving.js';
import { applyStep } from '../../functions/aws/apply.js';
import type { Step } from '../../functions/core/steps.js';
import { alice, aliceName, at, boundaryArn, currentKey, nextKey, secretArn } from '../support/account.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const now = at('2026-03-02T00:00:00Z');

/** Clients that take every step of IAM and Secrets Manager, and answer nothing of interest. */
function prepared() {
  const mocked = mockClients();
  mocked.iam.reset().onAnyCommand().resolves({});
  mocked.secretsManager.reset().onAnyCommand().resolves({});
  const clock = new StubClock(now);
  const context = {
    clients: mocked.clients,
    clock,
    secrets: { accountId: '123456789012', kmsKeyId: null },
    giveUpAt: now + 30_000,
  };
  return { ...mocked, clock, context };
}

const UserName = 'alice';
const version = (keyId: string) => `iam-access-key-${keyId}`;

describe('each step is these calls, and no others', () => {
  test.each(
    Object.entries<[Step, ...calls: [string, object][]]>({
      AttachPolicy: [
        { step: 'AttachPolicy', user: alice, policyArn: 'p' },
        ['AttachUserPolicy', { UserName, PolicyArn: 'p' }],
      ],
      DetachPolicy: [
        { step: 'DetachPolicy', user: alice, policyArn: 'p' },
        ['DetachUserPolicy', { UserName, PolicyArn: 'p' }],
      ],
      DeleteInlinePolicy: [
        { step: 'DeleteInlinePolicy', user: alice, policyName: 'own' },
        ['DeleteUserPolicy', { UserName, PolicyName: 'own' }],
      ],
      LeaveGroup: [
        { step: 'LeaveGroup', user: alice, groupName: 'g' },
        ['RemoveUserFromGroup', { UserName, GroupName: 'g' }],
      ],
      SetBoundary: [
        { step: 'SetBoundary', user: alice, boundaryArn: 'b' },
        ['PutUserPermissionsBoundary', { UserName, PermissionsBoundary: 'b' }],
      ],
      TagUser: [
        { step: 'TagUser', user: alice, tags: { a: '1', b: '2' } },
        [
          'TagUser',
          {
            UserName,
            Tags: [
              { Key: 'a', Value: '1' },
              { Key: 'b', Value: '2' },
            ],
          },
        ],
      ],
      UntagUser: [
        { step: 'UntagUser', user: alice, tagKeys: ['a', 'b'] },
        ['UntagUser', { UserName, TagKeys: ['a', 'b'] }],
      ],
      'DeactivateKey, which is written down first': [
        { step: 'DeactivateKey', user: alice, keyId: currentKey, recordAt: now },
        [
          'TagUser',
          {
            UserName,
            Tags: [{ Key: 'iam-lifecycle:deactivated-at', Value: `${currentKey} 2026-03-02T00:00:00.000Z` }],
          },
        ],
        ['UpdateAccessKey', { UserName, AccessKeyId: currentKey, Status: 'Inactive' }],
      ],
      'DeactivateKey without a record': [
        { step: 'DeactivateKey', user: alice, keyId: currentKey, recordAt: null },
        ['UpdateAccessKey', { UserName, AccessKeyId: currentKey, Status: 'Inactive' }],
      ],
      'ReactivateKey, which is written down first': [
        { step: 'ReactivateKey', user: alice, keyId: currentKey, recordAt: now },
        [
          'TagUser',
          {
            UserName,
            Tags: [{ Key: 'iam-lifecycle:reactivated-at', Value: `${currentKey} 2026-03-02T00:00:00.000Z` }],
          },
        ],
        ['UpdateAccessKey', { UserName, AccessKeyId: currentKey, Status: 'Active' }],
      ],
      DeleteKey: [
        { step: 'DeleteKey', user: alice, keyId: currentKey },
        ['DeleteAccessKey', { UserName, AccessKeyId: currentKey }],
      ],
      DeleteLoginProfile: [{ step: 'DeleteLoginProfile', user: alice }, ['DeleteLoginProfile', { UserName }]],
      DeleteUser: [{ step: 'DeleteUser', user: alice }, ['DeleteUser', { UserName }]],
      RestoreSecret: [
        { step: 'RestoreSecret', user: alice, secretArn },
        ['RestoreSecret', { SecretId: secretArn }],
      ],
      'PromoteKey from a version': [
        { step: 'PromoteKey', user: alice, secretArn, keyId: nextKey, fromVersionId: version(currentKey) },
        [
          'UpdateSecretVersionStage',
          {
            SecretId: secretArn,
            VersionStage: 'AWSCURRENT',
            MoveToVersionId: version(nextKey),
            RemoveFromVersionId: version(currentKey),
          },
        ],
      ],
      'PromoteKey where nothing is current': [
        { step: 'PromoteKey', user: alice, secretArn, keyId: nextKey, fromVersionId: null },
        [
          'UpdateSecretVersionStage',
          { SecretId: secretArn, VersionStage: 'AWSCURRENT', MoveToVersionId: version(nextKey) },
        ],
      ],
      ClearPending: [
        { step: 'ClearPending', user: alice, secretArn, versionId: version(nextKey) },
        [
          'UpdateSecretVersionStage',
          { SecretId: secretArn, VersionStage: 'AWSPENDING', RemoveFromVersionId: version(nextKey) },
        ],
      ],
    }),
  )('%s', async (_, [step, ...expected]) => {
    const { calls, context } = prepared();
    const outcome = await applyStep(step, context);
    expect(calls()).toEqual(expected);
    expect(outcome).toEqual({ step: step.step });
  });

  test('DeleteSecret is a step of departures, and has the longest window', async () => {
    const { calls, context } = prepared();
    const step: Step = { step: 'DeleteSecret', user: alice, secretArn };
    await expect(applyStep(step, context)).rejects.toThrow('DeleteSecret is no step on a user itself');
    await applyLeavingStep(step, context.clients);
    expect(calls()).toEqual([['DeleteSecret', { SecretId: secretArn, RecoveryWindowInDays: 30 }]]);
  });

  test('CreateUser carries boundary, path and tags, and answers the user as it was asked for', async () => {
    const { calls, context, iam } = prepared();
    const createdAt = new Date('2026-03-02T00:00:01Z');
    const Arn = 'arn:aws:iam::123456789012:user/lifecycle/alice';
    iam
      .on(CreateUserCommand)
      .resolves({ User: { UserName, UserId: 'AIDA1', Arn, Path: '/lifecycle/', CreateDate: createdAt } });
    const tags = { 'iam-lifecycle:managed': 'true' };
    const step: Step = { step: 'CreateUser', name: aliceName, path: '/lifecycle/', tags, boundaryArn };
    expect(await applyStep(step, context)).toEqual({
      step: 'CreateUser',
      user: {
        name: 'alice',
        id: 'AIDA1',
        arn: Arn,
        path: '/lifecycle/',
        createdAt: at('2026-03-02T00:00:01Z'),
        tags,
        boundaryArn,
      },
    });
    const Tags = [{ Key: 'iam-lifecycle:managed', Value: 'true' }];
    expect(calls()).toEqual([
      ['CreateUser', { UserName, Path: '/lifecycle/', PermissionsBoundary: boundaryArn, Tags }],
    ]);
  });
});

describe('what is to be gone and is gone already is well', () => {
  const steps: Step[] = [
    { step: 'DetachPolicy', user: alice, policyArn: 'p' },
    { step: 'DeleteInlinePolicy', user: alice, policyName: 'own' },
    { step: 'LeaveGroup', user: alice, groupName: 'g' },
    { step: 'DeleteKey', user: alice, keyId: currentKey },
    { step: 'DeleteLoginProfile', user: alice },
    { step: 'DeleteUser', user: alice },
  ];
  test.each(steps.map((step): [string, Step] => [step.step, step]))('%s', async (_, step) => {
    const { context, iam } = prepared();
    iam.reset().rejects(awsError('NoSuchEntityException'));
    expect(await applyStep(step, context)).toEqual({ step: step.step });
  });

  test.each(steps.map((step): [string, Step] => [step.step, step]))(
    '%s: any other failure escapes',
    async (_, step) => {
      const { context, iam } = prepared();
      iam.reset().rejects(awsError('DeleteConflictException'));
      await expect(applyStep(step, context)).rejects.toThrow('DeleteConflictException');
    },
  );

  test.each<[string, Step]>([
    ['AttachPolicy', { step: 'AttachPolicy', user: alice, policyArn: 'p' }],
    ['SetBoundary', { step: 'SetBoundary', user: alice, boundaryArn: 'b' }],
    ['TagUser', { step: 'TagUser', user: alice, tags: { a: '1' } }],
    ['UntagUser', { step: 'UntagUser', user: alice, tagKeys: ['a'] }],
    ['DeactivateKey', { step: 'DeactivateKey', user: alice, keyId: currentKey, recordAt: null }],
  ])('%s needs its object to be there', async (_, step) => {
    const { context, iam } = prepared();
    iam.reset().rejects(awsError('NoSuchEntityException'));
    await expect(applyStep(step, context)).rejects.toThrow('NoSuchEntityException');
  });

  test('a key is not deactivated when its record could not be written', async () => {
    const { calls, context, iam } = prepared();
    iam.on(TagUserCommand).rejects(awsError('ServiceFailureException'));
    const step: Step = { step: 'DeactivateKey', user: alice, keyId: currentKey, recordAt: now };
    await expect(applyStep(step, context)).rejects.toThrow('ServiceFailureException');
    expect(calls().map(([name]) => name)).toEqual(['TagUser']);
  });
});
