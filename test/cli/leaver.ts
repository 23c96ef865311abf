import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { Terminal } from './terminal.js';

/** Somebody with everything that a restore may have to give back. */

export const hour = 3_600_000;
export const UserName = 'bob,jr@example.com';
export const logs = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
export const own = 'arn:aws:iam::123456789012:policy/Own';
export const document =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';

/** An account in which that one got its key an hour ago. */
export async function openWithLeaver(): Promise<Terminal> {
  const terminal = await Terminal.open();
  await terminal.change(async ({ clients: { iam } }) => {
    const tags = {
      'iam-lifecycle:managed': 'true',
      'iam-lifecycle:origin': 'api',
      'iam-lifecycle:owner': 'team',
      'iam-lifecycle:exempt-until': '2027-01-01',
      Team: 'platform',
    };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await iam.send(new CreateUserCommand({ UserName, Path: '/lifecycle/ci/', Tags }));
    for (const PolicyName of ['Own', 'IamLifecycleBoundary'])
      await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: document }));
    for (const PolicyArn of [logs, own]) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument: document }));
    await iam.send(new CreateGroupCommand({ GroupName: 'readers' }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'readers' }));
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct-Horse-9-Battery' }));
  });
  await terminal.run('rotate', UserName);
  terminal.time += hour;
  return terminal;
}

export interface Possessions {
  readonly id: string;
  readonly path: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly policies: readonly (string | undefined)[];
  readonly groups: readonly (string | undefined)[];
}

/** What the user has now. */
export function possessions(terminal: Terminal): Promise<Possessions> {
  return terminal.change(async ({ clients: { iam } }) => {
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    return {
      id: User!.UserId!,
      path: User!.Path,
      tags: Object.fromEntries(User!.Tags!.map(({ Key, Value }) => [Key!, Value!])),
      policies: AttachedPolicies!.map(({ PolicyArn }) => PolicyArn).toSorted(),
      groups: Groups!.map(({ GroupName }) => GroupName),
    };
  });
}

export function inlinePolicy(terminal: Terminal): Promise<string> {
  return terminal.change(async ({ clients: { iam } }) => {
    const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'inline' }));
    return decodeURIComponent(PolicyDocument!);
  });
}

/** As its secret has it. */
export function currentKey(terminal: Terminal): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  return terminal.change(async ({ clients }) => {
    const SecretId = 'iam-lifecycle/bob/2Cjr@example.com';
    const { SecretString } = await clients.secretsManager.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString!) as { accessKeyId: string; secretAccessKey: string };
  });
}
