import { writeFile } from 'node:fs/promises';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { evidenceBucketName } from '../../infra/names.js';
import { createBucketCommand } from '../../local/deployment.js';
import { FakeAws, Invocation } from '../../local/fake-aws/fake-aws.js';
import { Terminal } from './terminal.js';

export const minute = 60_000;
export const day = 24 * 60 * minute;
export const assumeArn = 'arn:aws:iam::123456789012:policy/AssumeDataEngineerRolePolicy';
export const roleArn = 'arn:aws:iam::123456789012:role/DataEngineerRole';
export const bobArn = 'arn:aws:iam::123456789012:user/lifecycle/bob';

export interface Section {
  readonly verdict: string;
  readonly items: readonly Record<string, unknown>[];
  readonly notLookedAt: readonly string[];
}

export type Report = Record<'sessions' | 'resources' | 'ownership' | 'references', Section> & {
  readonly state: string;
  readonly userIds: readonly string[];
};

type Key = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** An account that lives through things, and a terminal at which it is reviewed. */
export class ReviewWorld {
  readonly account: FakeAws;

  private constructor(readonly terminal: Terminal) {
    this.account = new FakeAws({
      clock: { now: () => terminal.time, sleep: () => Promise.resolve() },
      latencyMs: () => 0,
      anyAwsPolicy: true,
    });
  }

  static async open(): Promise<ReviewWorld> {
    const world = new ReviewWorld(await Terminal.open());
    // As every account of a file has.
    const Bucket = evidenceBucketName('123456789012', 'eu-west-1');
    await world.operator.s3.send(createBucketCommand(Bucket, 'eu-west-1'));
    return world;
  }

  get operator() {
    return this.account.clients(new Invocation('operator'));
  }

  /** Clients of whoever has this key; without one an operator's. */
  inRegion(accessKeyId?: string) {
    return this.account.reviewClients('eu-west-1', new Invocation('somebody', accessKeyId));
  }

  /** The id of bob, who is there. */
  get bobId(): string {
    return this.account.truth.user('bob')!.id;
  }

  pass(ms: number): void {
    this.terminal.time += ms;
  }

  async review(...argv: string[]) {
    await this.save();
    return this.terminal.run('review', ...argv);
  }

  async report(...argv: string[]): Promise<Report> {
    return JSON.parse((await this.review(...argv, '--output', 'json')).stdout) as Report;
  }

  /** bob, who may assume the role; answers his key. */
  async hireBob(): Promise<Key> {
    const { iam } = this.operator;
    const Tags = [{ Key: 'iam-lifecycle:managed', Value: 'true' }];
    await iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/lifecycle/', Tags }));
    const root = { AWS: 'arn:aws:iam::123456789012:root' };
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'DataEngineerRole',
        AssumeRolePolicyDocument: policy({ Principal: root, Action: 'sts:AssumeRole' }),
      }),
    );
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'AssumeDataEngineerRolePolicy',
        PolicyDocument: policy({ Action: 'sts:AssumeRole', Resource: roleArn }),
      }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn: assumeArn }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  /** Answers the id of the session's key. */
  async assume(key: Key, RoleSessionName: string): Promise<string> {
    const input = { RoleArn: roleArn, RoleSessionName, DurationSeconds: 3600 };
    const { Credentials } = await this.operator.sts(key).send(new AssumeRoleCommand(input));
    return Credentials!.AccessKeyId!;
  }

  /** What a person leaves behind: an open session, a bucket made in it, a machine, a reader of the key, and a trust. */
  async busyBob(): Promise<Key> {
    const key = await this.hireBob();
    const { iam, secretsManager } = this.operator;
    await secretsManager.send(
      new CreateSecretCommand({ Name: 'iam-lifecycle/bob', SecretString: '{"secretAccessKey":"hush"}' }),
    );
    const owner = { Key: 'iam-lifecycle:owner', Value: 'bob' };
    await iam.send(new CreateUserCommand({ UserName: 'ci-bot', Path: '/lifecycle/', Tags: [owner] }));
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'Deploy',
        AssumeRolePolicyDocument: policy({ Principal: { AWS: bobArn }, Action: 'sts:AssumeRole' }),
      }),
    );
    const session = await this.assume(key, 'work');
    this.pass(10 * minute);
    await this.inRegion(session).s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    await secretsManager.send(new GetSecretValueCommand({ SecretId: 'iam-lifecycle/bob' }));
    this.pass(10 * minute);
    return key;
  }

  /** The same bob, deleted; answers his id. */
  async dismissBob(): Promise<string> {
    const key = await this.busyBob();
    const { iam } = this.operator;
    const id = this.bobId;
    await iam.send(new DetachUserPolicyCommand({ UserName: 'bob', PolicyArn: assumeArn }));
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'bob', AccessKeyId: key.accessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
    return id;
  }

  /** The account as the embedded one, so that commands find it. */
  private async save(): Promise<void> {
    const content = {
      form: 'iam-lifecycle embedded account',
      version: 1,
      accountId: '123456789012',
      region: 'eu-west-1',
      now: this.terminal.time,
      account: this.account.snapshot(),
    };
    await writeFile(this.terminal.file('account.json'), JSON.stringify(content));
  }
}

export function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
}
