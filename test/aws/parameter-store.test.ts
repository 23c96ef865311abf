import { CreateAccessKeyCommand, DeleteAccessKeyCommand, TagUserCommand } from '@aws-sdk/client-iam';
import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { applyLeavingStep } from '../../functions/aws/apply-leaving.js';
import { applyStep } from '../../functions/aws/apply.js';
import { listParameters, observeParameters } from '../../functions/aws/parameter-store.js';
import type { ParameterTarget, Step } from '../../functions/core/steps.js';
import { alice, aliceName, at, currentKey, nextKey } from '../support/account.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const now = at('2026-03-02T00:00:00Z');
/** AWS's own example, for which the SMTP password of us-east-1 is known. */
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const smtpPassword = 'BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9';
const wish = {
  store: 'ssm',
  kmsKeyId: null,
  basePath: '/system_user',
  sesRegions: ['us-east-1'],
} as const;
const base = '/system_user/alice';
const paths = ['credentials', 'access_key_id', 'secret_access_key', 'ses_smtp_password_v4'].map(
  (part) => `${base}/${part}`,
);
const credentials = JSON.stringify({
  accessKeyId: nextKey,
  secretAccessKey: secret,
  userName: 'alice',
  accountId: '123456789012',
  createdAt: '2026-03-02T00:00:01.000Z',
});

function prepared() {
  const mocked = mockClients();
  mocked.iam.on(TagUserCommand).resolves({}).on(DeleteAccessKeyCommand).resolves({});
  mocked.iamMint.on(CreateAccessKeyCommand).resolves({
    AccessKey: {
      UserName: 'alice',
      AccessKeyId: nextKey,
      Status: 'Active',
      SecretAccessKey: secret,
      CreateDate: new Date('2026-03-02T00:00:01Z'),
    },
  });
  mocked.sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::123456789012:user/lifecycle/alice' });
  mocked.ssm.on(PutParameterCommand).resolves({});
  const clock = new StubClock(now);
  const secrets = { accountId: '123456789012', kmsKeyId: null };
  return { ...mocked, context: { clients: mocked.clients, clock, secrets, giveUpAt: now + 10_000 } };
}

const target = (replaces: ParameterTarget['replaces']): ParameterTarget => ({
  wish,
  replaces,
  tags: { 'iam-lifecycle:managed': 'true', Stage: 'dev' },
});

const mint = (replaces: ParameterTarget['replaces']): Step => ({
  step: 'MintKey',
  user: alice,
  secretArn: null,
  intentAt: now,
  storeIsPromote: true,
  kmsKeyId: null,
  parameters: target(replaces),
});

const written = (calls: [string, unknown][]) =>
  calls.flatMap(([name, input]) => (name === 'PutParameter' ? [input as Record<string, unknown>] : []));

describe('a key that is kept in SSM', () => {
  test('is tested first, then written: the pair as one, its parts by the names of the module', async () => {
    const { calls, context } = prepared();
    expect(await applyStep(mint(null), context)).toEqual({
      step: 'MintKey',
      keyId: nextKey,
      createdAt: at('2026-03-02T00:00:01Z'),
      secretArn: `${base}/credentials`,
      isCurrent: true,
    });
    expect(calls().map(([name]) => name)).toEqual([
      'TagUser',
      'CreateAccessKey',
      'GetCallerIdentity',
      'GetCallerIdentity',
      ...paths.map(() => 'PutParameter'),
    ]);
    const Tags = [
      { Key: 'iam-lifecycle:managed', Value: 'true' },
      { Key: 'Stage', Value: 'dev' },
    ];
    const common = { Type: 'SecureString', Tier: 'Standard', DataType: 'text', Tags };
    expect(written(calls())).toEqual([
      {
        ...common,
        Name: paths[0],
        Value: credentials,
        Description: `The access key ${nextKey} of the IAM user alice.`,
      },
      {
        ...common,
        Name: paths[1],
        Value: nextKey,
        Description: 'The AWS_ACCESS_KEY_ID for the alice user.',
      },
      {
        ...common,
        Name: paths[2],
        Value: secret,
        Description: 'The AWS_SECRET_ACCESS_KEY for the alice user.',
      },
      {
        ...common,
        Name: paths[3],
        Value: smtpPassword,
        Description: 'The AWS_SECRET_ACCESS_KEY converted into an SES SMTP password for the alice user.',
      },
    ]);
  });

  test('replaces the one before it, which the description goes on naming', async () => {
    const { calls, context } = prepared();
    await applyStep(mint(currentKey), context);
    const puts = written(calls());
    expect(puts).toHaveLength(4);
    for (const put of puts) expect(put).toMatchObject({ Overwrite: true });
    for (const put of puts) expect(put).not.toHaveProperty('Tags');
    expect(puts[0]!['Description']).toBe(
      `The access key ${nextKey}, after ${currentKey}, of the IAM user alice.`,
    );
  });

  test('takes the place of a parameter that an earlier user of the name left behind', async () => {
    const { calls, context, ssm } = prepared();
    ssm
      .on(PutParameterCommand, { Name: paths[1]! })
      .rejectsOnce(awsError('ParameterAlreadyExists'))
      .resolves({});
    await applyStep(mint(null), context);
    const again = written(calls()).filter(({ Name }) => Name === paths[1]);
    expect(again).toMatchObject([{ Value: nextKey }, { Value: nextKey, Overwrite: true }]);
  });

  test('that fails its test is deleted, and nothing is written', async () => {
    const { calls, context, sts } = prepared();
    sts.on(GetCallerIdentityCommand).rejects(awsError('InvalidClientTokenId'));
    await expect(applyStep(mint(currentKey), context)).rejects.toThrow(/was not accepted by STS/);
    expect(written(calls())).toEqual([]);
    expect(calls().at(-1)).toEqual(['DeleteAccessKey', { UserName: 'alice', AccessKeyId: nextKey }]);
  });

  test('goes with its user: all parameters in one call', async () => {
    const { calls, clients, ssm } = prepared();
    ssm.on(DeleteParametersCommand).resolves({});
    await applyLeavingStep({ step: 'DeleteParameters', user: alice, names: paths }, clients);
    expect(calls()).toEqual([['DeleteParameters', { Names: paths }]]);
  });
});

const seen = (name: string, LastModifiedDate: string, Description = '') => ({
  Name: name,
  ARN: `arn:aws:ssm:eu-central-1:123456789012:parameter${name}`,
  Description,
  LastModifiedDate: new Date(LastModifiedDate),
});

async function observe(Parameters: object[]) {
  const { clients, ssm } = mockClients();
  ssm.on(DescribeParametersCommand).resolves({ Parameters: Parameters });
  return observeParameters(clients, aliceName, wish);
}

describe('what parameters show without their values', () => {
  const after = `The access key ${nextKey}, after ${currentKey}, of the IAM user alice.`;
  const parts = (writtenAt: string) => paths.slice(1).map((name) => seen(name, writtenAt));

  test('the current key and the one before it', async () => {
    const facts = await observe([
      seen(paths[0]!, '2026-03-02T00:00:03Z', after),
      ...parts('2026-03-02T00:00:04Z'),
    ]);
    expect(facts).toMatchObject({
      arn: 'arn:aws:ssm:eu-central-1:123456789012:parameter/system_user/alice/credentials',
      stages: { AWSCURRENT: `iam-access-key-${nextKey}`, AWSPREVIOUS: `iam-access-key-${currentKey}` },
      deletedAt: null,
      isTorn: false,
    });
  });

  test('to the last page: a pair on the second one is not missing', async () => {
    const { clients, ssm } = mockClients();
    const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: paths }];
    ssm
      .on(DescribeParametersCommand, { ParameterFilters })
      .resolves({ Parameters: parts('2026-03-02T00:00:04Z'), NextToken: 'more' })
      .on(DescribeParametersCommand, { ParameterFilters, NextToken: 'more' })
      .resolves({ Parameters: [seen(paths[0]!, '2026-03-02T00:00:03Z', after)] });
    expect(await observeParameters(clients, aliceName, wish)).toMatchObject({
      stages: { AWSCURRENT: `iam-access-key-${nextKey}` },
      isTorn: false,
    });
  });

  test.each([
    [
      'a part that is older than the pair',
      [seen(paths[0]!, '2026-03-02T00:00:03Z', after), ...parts('2026-03-02T00:00:02Z')],
    ],
    [
      'a part that is missing',
      [seen(paths[0]!, '2026-03-02T00:00:03Z', after), ...parts('2026-03-02T00:00:04Z').slice(1)],
    ],
  ])('%s: torn', async (_, parameters) => {
    expect(await observe(parameters)).toMatchObject({ isTorn: true });
  });

  test('a page that is empty is not the last', async () => {
    const { clients, ssm } = mockClients();
    ssm
      .on(DescribeParametersCommand)
      .resolvesOnce({ Parameters: [], NextToken: 'more' })
      .resolvesOnce({ Parameters: [seen(paths[0]!, '2026-03-02T00:00:03Z', after)] });
    expect(await observeParameters(clients, aliceName, wish)).toMatchObject({
      stages: { AWSCURRENT: `iam-access-key-${nextKey}` },
      isTorn: true,
    });
  });

  test('parts without the pair are no key of ours', async () => {
    expect(await observe(parts('2026-03-02T00:00:04Z'))).toBeNull();
  });

  test('a description that somebody rewrote names no key', async () => {
    const facts = await observe([seen(paths[0]!, '2026-03-02T00:00:03Z', 'hands off')]);
    expect(facts?.stages).toEqual({});
  });

  test('a path below another one is listed with it', async () => {
    const { calls, clients, ssm } = mockClients();
    ssm.on(DescribeParametersCommand).resolves({ Parameters: [] });
    await listParameters(clients.ssm, ['/a', '/a/b', '/ab', '/a']);
    expect(
      calls().map(
        ([, input]) => (input as { ParameterFilters: { Values: string[] }[] }).ParameterFilters[0]!.Values,
      ),
    ).toEqual([['/a'], ['/ab']]);
  });
});

describe('parameters that a cut-off mint left behind the credentials', () => {
  const mend: Step = { step: 'MendParameters', user: alice, keyId: nextKey, parameters: target(currentKey) };

  test('are written anew from them', async () => {
    const { calls, context, ssm } = prepared();
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: credentials } });
    await applyStep(mend, context);
    expect(calls()[0]).toEqual(['GetParameter', { Name: `${base}/credentials`, WithDecryption: true }]);
    expect(written(calls()).map(({ Name, Value }) => [Name, Value])).toEqual([
      [paths[1], nextKey],
      [paths[2], secret],
      [paths[3], smtpPassword],
    ]);
  });

  test('stay where the credentials hold another key, and no value is shown', async () => {
    const { calls, context, ssm } = prepared();
    ssm.on(GetParameterCommand).resolves({
      Parameter: { Value: JSON.stringify({ accessKeyId: currentKey, secretAccessKey: secret }) },
    });
    await expect(applyStep(mend, context)).rejects.toThrow(
      `the parameter ${base}/credentials does not hold ${nextKey}`,
    );
    expect(written(calls())).toEqual([]);
  });
});
