import {
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  DeleteSSHPublicKeyCommand,
  DetachGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, jest, test } from '@jest/globals';
import { inspect } from 'node:util';
import { type OperatorContext, applyOperatorStep } from '../../functions/aws/apply-roster.js';
import type { Redacted } from '../../functions/aws/redacted.js';
import type { OperatorStep } from '../../functions/core/roster/roster-steps.js';
import { outcome } from '../local/fake-aws/account.js';
import { alice } from '../support/account.js';
import { awsError, mockClients } from '../support/mock-clients.js';
import { login, passwordPolicy } from './roster.js';

const UserName = 'alice';
const arn = 'arn:aws:iam::123456789012:policy/app/AssumeAppRolePolicy';
const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'r' };
const policy = {
  name: 'AssumeAppRolePolicy',
  path: '/app/',
  arn,
  description: 'Allows assuming AppRole',
  document: { Version: '2012-10-17', Statement: [statement] },
} as const;
const document =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"r"}]}';

/** Clients that take every step of IAM, and answer nothing of interest. */
function prepared(minimumPasswordLength: number | null = null) {
  const mocked = mockClients();
  mocked.iam.reset().onAnyCommand().resolves({});
  mocked.iamMint.reset().onAnyCommand().resolves({});
  const deliverPassword = jest.fn<OperatorContext['deliverPassword']>().mockResolvedValue();
  const context = { clients: mocked.clients, minimumPasswordLength, deliverPassword };
  return { ...mocked, deliverPassword, apply: (step: OperatorStep) => applyOperatorStep(step, context) };
}

describe('each step is these calls, and no others', () => {
  test.each(
    Object.entries<[OperatorStep, ...calls: [string, object][]]>({
      CreatePolicy: [
        { step: 'CreatePolicy', policy },
        [
          'CreatePolicy',
          {
            PolicyName: 'AssumeAppRolePolicy',
            Path: '/app/',
            PolicyDocument: document,
            Description: 'Allows assuming AppRole',
          },
        ],
      ],
      'CreatePolicy without a description': [
        { step: 'CreatePolicy', policy: { ...policy, description: '' } },
        ['CreatePolicy', { PolicyName: 'AssumeAppRolePolicy', Path: '/app/', PolicyDocument: document }],
      ],
      'UpdatePolicy where there is room': [
        { step: 'UpdatePolicy', policy, pruneVersionId: null },
        ['CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: document, SetAsDefault: true }],
      ],
      'UpdatePolicy where five versions are there': [
        { step: 'UpdatePolicy', policy, pruneVersionId: 'v3' },
        ['DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v3' }],
        ['CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: document, SetAsDefault: true }],
      ],
      CreateGroup: [
        { step: 'CreateGroup', groupName: 'devs', path: '/teams/' },
        ['CreateGroup', { GroupName: 'devs', Path: '/teams/' }],
      ],
      AttachGroupPolicy: [
        { step: 'AttachGroupPolicy', groupName: 'devs', policyArn: arn },
        ['AttachGroupPolicy', { GroupName: 'devs', PolicyArn: arn }],
      ],
      DetachGroupPolicy: [
        { step: 'DetachGroupPolicy', groupName: 'devs', policyArn: arn },
        ['DetachGroupPolicy', { GroupName: 'devs', PolicyArn: arn }],
      ],
      PutInlinePolicy: [
        { step: 'PutInlinePolicy', user: alice, policyName: 'own', document },
        ['PutUserPolicy', { UserName, PolicyName: 'own', PolicyDocument: document }],
      ],
      UploadSshKey: [
        { step: 'UploadSshKey', user: alice, body: 'ssh-rsa A alice@laptop' },
        ['UploadSSHPublicKey', { UserName, SSHPublicKeyBody: 'ssh-rsa A alice@laptop' }],
      ],
      'DeleteCredential of an SSH key': [
        { step: 'DeleteCredential', user: alice, kind: 'ssh-key', credentialId: 'APKA1' },
        ['DeleteSSHPublicKey', { UserName, SSHPublicKeyId: 'APKA1' }],
      ],
      'SetPasswordPolicy, without the rule that there is none': [
        { step: 'SetPasswordPolicy', policy: passwordPolicy },
        [
          'UpdateAccountPasswordPolicy',
          {
            MinimumPasswordLength: 16,
            RequireLowercaseCharacters: true,
            RequireUppercaseCharacters: true,
            RequireNumbers: true,
            RequireSymbols: true,
            AllowUsersToChangePassword: true,
            HardExpiry: false,
            PasswordReusePrevention: 5,
          },
        ],
      ],
      'SetPasswordPolicy with an age alone': [
        {
          step: 'SetPasswordPolicy',
          policy: { ...passwordPolicy, maxPasswordAge: 30, passwordReusePrevention: 0 },
        },
        [
          'UpdateAccountPasswordPolicy',
          {
            MinimumPasswordLength: 16,
            RequireLowercaseCharacters: true,
            RequireUppercaseCharacters: true,
            RequireNumbers: true,
            RequireSymbols: true,
            AllowUsersToChangePassword: true,
            HardExpiry: false,
            MaxPasswordAge: 30,
          },
        ],
      ],
    }),
  )('%s', async (_, [step, ...expected]) => {
    const { calls, apply } = prepared();
    await apply(step);
    expect(calls()).toEqual(expected);
  });
});

describe('what is so already', () => {
  const isThere = awsError('EntityAlreadyExistsException');
  const isGone = awsError('NoSuchEntityException');

  test.each<[string, OperatorStep, (iam: ReturnType<typeof prepared>['iam']) => unknown]>([
    [
      'a group is there',
      { step: 'CreateGroup', groupName: 'devs', path: '/' },
      (iam) => iam.on(CreateGroupCommand).rejects(isThere),
    ],
    [
      'an SSH key is there',
      { step: 'UploadSshKey', user: alice, body: 'ssh-rsa A' },
      (iam) => iam.on(UploadSSHPublicKeyCommand).rejects(awsError('DuplicateSSHPublicKeyException')),
    ],
    [
      'an attachment is gone',
      { step: 'DetachGroupPolicy', groupName: 'devs', policyArn: arn },
      (iam) => iam.on(DetachGroupPolicyCommand).rejects(isGone),
    ],
    [
      'an SSH key is gone',
      { step: 'DeleteCredential', user: alice, kind: 'ssh-key', credentialId: 'APKA1' },
      (iam) => iam.on(DeleteSSHPublicKeyCommand).rejects(isGone),
    ],
  ])('%s', async (_, step, refuse) => {
    const { iam, apply } = prepared();
    refuse(iam);
    await expect(apply(step)).resolves.toBeUndefined();
  });

  test('a version that is gone already was pruned by an earlier call', async () => {
    const { iam, calls, apply } = prepared();
    iam.on(DeletePolicyVersionCommand).rejects(isGone);
    await apply({ step: 'UpdatePolicy', policy, pruneVersionId: 'v1' });
    expect(calls().map(([name]) => name)).toEqual(['DeletePolicyVersion', 'CreatePolicyVersion']);
  });

  test.each([
    [
      'with the same document is the one that was asked for',
      JSON.stringify(JSON.parse(document), null, 2),
      'ok',
    ],
    ['with another document is not', document.replace('Allow', 'Deny'), 'PolicyDiffers'],
  ])('a policy of that name %s', async (_, existing, expected) => {
    const { iam, apply } = prepared();
    iam.on(CreatePolicyCommand).rejects(isThere);
    iam.on(GetPolicyCommand, { PolicyArn: arn }).resolves({ Policy: { DefaultVersionId: 'v4' } });
    iam
      .on(GetPolicyVersionCommand, { PolicyArn: arn, VersionId: 'v4' })
      .resolves({ PolicyVersion: { Document: encodeURIComponent(existing) } });
    expect(await outcome(apply({ step: 'CreatePolicy', policy }))).toBe(expected);
  });

  test('a policy of that name under another path is another one', async () => {
    const { iam, apply } = prepared();
    iam.on(CreatePolicyCommand).rejects(isThere);
    iam.on(GetPolicyCommand).rejects(isGone);
    await expect(apply({ step: 'CreatePolicy', policy })).rejects.toThrow(
      'a policy named AssumeAppRolePolicy is there already, with another document or path: plan again',
    );
  });

  test.each<[string, OperatorStep, (iam: ReturnType<typeof prepared>['iam']) => unknown]>([
    [
      'a pruning',
      { step: 'UpdatePolicy', policy, pruneVersionId: 'v1' },
      (iam) => iam.on(DeletePolicyVersionCommand).rejects(awsError('DeleteConflictException')),
    ],
    [
      'a new version',
      { step: 'UpdatePolicy', policy, pruneVersionId: null },
      (iam) => iam.on(CreatePolicyVersionCommand).rejects(awsError('LimitExceededException')),
    ],
    [
      'an SSH key',
      { step: 'UploadSshKey', user: alice, body: 'x' },
      (iam) => iam.on(UploadSSHPublicKeyCommand).rejects(awsError('InvalidPublicKeyException')),
    ],
  ])('%s that fails otherwise escapes', async (_, step, fail) => {
    const { iam, apply } = prepared();
    fail(iam);
    await expect(apply(step)).rejects.toThrow(/Conflict|LimitExceeded|InvalidPublicKey/);
  });
});

describe('a console login', () => {
  const step: OperatorStep = { step: 'CreateLogin', user: alice, login };

  test('is made with a password that was handed out before', async () => {
    const { iamMint, deliverPassword, calls, apply } = prepared();
    deliverPassword.mockImplementation(async () => {
      expect(calls()).toEqual([]);
    });
    await apply(step);
    const [userName, password, wish] = deliverPassword.mock.calls[0]!;
    expect([userName, wish]).toEqual(['alice', login]);
    expect(calls()).toEqual([
      ['CreateLoginProfile', { UserName, Password: password.reveal(), PasswordResetRequired: true }],
    ]);
    // Its second try would tell of a login whose password nobody holds, so the SDK may not make one.
    expect(iamMint.commandCalls(CreateLoginProfileCommand)).toHaveLength(1);
  });

  test.each([
    ['as wished, where the account asks for less', 16, 20],
    ['as the account asks, where that is more', 32, 32],
    ['as wished, where the account asks for nothing', null, 20],
  ])('has a password as long %s', async (_, minimum, expected) => {
    const { deliverPassword, apply } = prepared(minimum);
    await apply(step);
    expect(deliverPassword.mock.calls[0]![1].reveal()).toHaveLength(expected);
  });

  test('is not made where its password could not be handed out', async () => {
    const { deliverPassword, calls, apply } = prepared();
    deliverPassword.mockRejectedValue(new Error('no such key'));
    await expect(apply(step)).rejects.toThrow('no such key');
    expect(calls()).toEqual([]);
  });

  test('that somebody else made has another password, which is said, and none is shown', async () => {
    const { iamMint, deliverPassword, apply } = prepared();
    const cause = awsError('EntityAlreadyExistsException');
    iamMint.on(CreateLoginProfileCommand).rejects(cause);
    const error: unknown = await apply(step).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'LoginExists',
      message: 'alice has a console login already: the password that was just delivered for it is void',
      cause,
    });
    const password: Redacted = deliverPassword.mock.calls[0]![1];
    expect(inspect([error, deliverPassword.mock.calls], { depth: 9 })).not.toContain(password.reveal());
  });

  test('that IAM refuses escapes', async () => {
    const { iamMint, apply } = prepared();
    iamMint.on(CreateLoginProfileCommand).rejects(awsError('PasswordPolicyViolationException'));
    await expect(apply(step)).rejects.toThrow('PasswordPolicyViolationException');
  });
});
