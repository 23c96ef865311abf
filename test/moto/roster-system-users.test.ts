import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetUserPolicyCommand, ListAccessKeysCommand, ListUserPoliciesCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { Redacted } from '../../functions/aws/redacted.js';
import { sesSmtpPassword } from '../../functions/aws/ses-smtp.js';
import { describeOperator, ownTags } from './operator.js';

/** What Terraform made of the module's two examples: outputs, and resources by their type. */
interface Case {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly (Record<string, unknown> & { readonly resource: string })[];
}

const here = path.dirname(fileURLToPath(import.meta.url));
const conformance = JSON.parse(
  await readFile(path.join(here, '../conformance/system-user-readme.json'), 'utf8'),
) as { readonly cases: Readonly<Record<'circleci' | 'fluentd_user', Case>> };

const accountId = '123456789012';

/** The module's examples, as a roster has them. */
const rosters = {
  circleci: `
accountId: "${accountId}"
systemUsers:
  - label: { namespace: eg, stage: circleci, name: assets }
    store: ssm
`,
  fluentd_user: `
accountId: "${accountId}"
systemUsers:
  - label: { namespace: eg, stage: dev, name: fluentd }
    store: ssm
    policy_arns_map: { logs: arn:aws:iam::aws:policy/CloudWatchLogsFullAccess }
    inline_policies_map:
      s3:
        Version: "2012-10-17"
        Statement:
          - Action: ["s3:PutObjectAcl", "s3:PutObject", "s3:ListBucket", "s3:GetObjectAcl", "s3:GetObject"]
            Effect: Allow
            Resource: ["arn:aws:s3:::bucket_name/*", "arn:aws:s3:::bucket_name/"]
`,
};

const testUser = (attribute: string) => `eg-test-system-user-${attribute}`;

function smtp(secret: string, region: string): string {
  return sesSmtpPassword(new Redacted(secret), region).reveal();
}

await describeOperator('users of cloudposse/iam-system-user', (operator) => {
  const { iam, ssm, sts, secretsManager } = operator.clients;

  async function valueOf(Name: string): Promise<string> {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter!.Value!;
  }

  /** Below a path: metadata, with the tags beside it. */
  async function parametersBelow(base: string) {
    const filter = { Key: 'Path', Option: 'Recursive', Values: [base] };
    const answer = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    return Promise.all(
      answer.Parameters!.map(async (parameter) => {
        const which = { ResourceType: 'Parameter', ResourceId: parameter.Name! } as const;
        const { TagList } = await ssm.send(new ListTagsForResourceCommand(which));
        return { ...parameter, tags: ownTags(TagList) };
      }),
    );
  }

  async function keysOf(UserName: string) {
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata!.map(({ AccessKeyId, Status }) => ({ id: AccessKeyId, status: Status }));
  }

  /** What is kept for a user that sends mail. */
  async function readMail(base: string) {
    return {
      id: await valueOf(`${base}/access_key_id`),
      secret: await valueOf(`${base}/secret_access_key`),
      west: await valueOf(`${base}/ses_smtp_password_v4`),
      east: await valueOf(`${base}/ses_smtp_password_v4/us-east-1`),
    };
  }

  /** Who AWS says signs with this pair. */
  async function signerOf(pair: { accessKeyId: string; secretAccessKey: string }) {
    // The SDK keeps notes of its own in what it is given.
    const { Arn } = await sts({ ...pair }).send(new GetCallerIdentityCommand({}));
    return Arn;
  }

  /** The outputs, from where they are told: before anything is applied, and of the user as it is. */
  async function outputsOf(userName: string): Promise<Record<string, unknown>> {
    const { users } = (await operator.json('validate')) as { users: { name: string; outputs: object }[] };
    const seen = (await operator.json('status', userName)) as { userId: string; keys: { id: string }[] };
    return {
      ...users.find(({ name }) => name === userName)!.outputs,
      access_key_id: seen.keys[0]!.id,
      user_unique_id: seen.userId,
    };
  }

  test.each(['circleci', 'fluentd_user'] as const)(
    "the module's example %s has the same resources and outputs, below /lifecycle/",
    async (example) => {
      const { resources, outputs } = conformance.cases[example];
      const ofType = (type: string) => resources.filter(({ resource }) => resource === type);
      const [wanted] = ofType('aws_iam_user');
      const name = wanted!['name'] as string;
      const { stdout, stderr } = await operator.apply(rosters[example]);

      const arn = `arn:aws:iam::${accountId}:user/lifecycle/${name}`;
      const user = await operator.user(name);
      expect(user).toMatchObject({ UserName: name, Path: '/lifecycle/', Arn: arn });
      expect(ownTags(user.Tags)).toEqual(wanted!['tags']);
      const [key, ...otherKeys] = await keysOf(name);
      expect(otherKeys).toEqual([]);
      expect(key!.status).toBe(ofType('aws_iam_access_key')[0]!['status']);

      const base = `/system_user/${name}`;
      const seen = await parametersBelow(base);
      for (const parameter of ofType('aws_ssm_parameter')) {
        expect(seen).toContainEqual(
          expect.objectContaining({
            Name: parameter['name'],
            Type: parameter['type'],
            Tier: parameter['tier'],
            DataType: parameter['data_type'],
            Description: parameter['description'],
            KeyId: parameter['key_id'],
            Version: parameter['version'],
            tags: parameter['tags'],
          }),
        );
      }
      // Ours alone: the pair as one value, which no reader finds torn.
      expect(seen.map(({ Name }) => Name).toSorted()).toEqual([
        `${base}/access_key_id`,
        `${base}/credentials`,
        `${base}/secret_access_key`,
      ]);
      const pair = {
        accessKeyId: await valueOf(`${base}/access_key_id`),
        secretAccessKey: await valueOf(`${base}/secret_access_key`),
      };
      expect(pair.accessKeyId).toBe(key!.id);
      expect(await signerOf(pair)).toBe(arn);
      expect(JSON.parse(await valueOf(`${base}/credentials`))).toMatchObject(pair);
      expect(stdout + stderr).not.toContain(pair.secretAccessKey);

      expect(await operator.attachedTo(name)).toEqual(
        ofType('aws_iam_user_policy_attachment').map((attachment) => attachment['policy_arn']),
      );
      const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName: name }));
      const inline = ofType('aws_iam_user_policy');
      expect(PolicyNames).toEqual(inline.map(({ index }) => index));
      for (const { index, policy } of inline) {
        const input = { UserName: name, PolicyName: index as string };
        const { PolicyDocument } = await iam.send(new GetUserPolicyCommand(input));
        expect(JSON.parse(decodeURIComponent(PolicyDocument!))).toEqual(JSON.parse(policy as string));
      }

      expect(await outputsOf(name)).toEqual({
        ...outputs,
        user_arn: arn,
        access_key_id: pair.accessKeyId,
        user_unique_id: user.UserId,
      });
    },
  );

  test('the five users of its own tests, with key material in SSM or in a secret and never in both', async () => {
    const denyAll = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
    await operator.apply(`
accountId: "${accountId}"
defaults:
  region: us-east-2
  label: { namespace: eg, stage: test, name: system-user }
systemUsers:
  - label: { attributes: [mail] }
    ssm_base_path: /eg-test/
    ssm_ses_smtp_password_enabled: true
    inline_policies: ['${denyAll}']
  - { label: { attributes: [plain] }, ssm_enabled: true, ssm_base_path: /eg-test }
  - { label: { attributes: [output] }, ssm_enabled: false }
  - { label: { attributes: [keyless] }, ssm_enabled: true, create_iam_access_key: false }
  - { label: { attributes: [disabled], enabled: false }, ssm_enabled: true }
`);
    const parts = ['access_key_id', 'credentials', 'secret_access_key'];
    const names = (await parametersBelow('/')).map(({ Name }) => Name).toSorted();
    expect(names).toEqual([
      ...parts.map((part) => `/eg-test/${testUser('mail')}/${part}`),
      `/eg-test/${testUser('mail')}/ses_smtp_password_v4`,
      ...parts.map((part) => `/eg-test/${testUser('plain')}/${part}`),
    ]);

    const { SecretString } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: `iam-lifecycle/${testUser('output')}` }),
    );
    const pair = JSON.parse(SecretString!) as { accessKeyId: string; secretAccessKey: string };
    expect(await signerOf(pair)).toBe(`arn:aws:iam::${accountId}:user/lifecycle/${testUser('output')}`);
    const noSecret = new GetSecretValueCommand({ SecretId: `iam-lifecycle/${testUser('mail')}` });
    await expect(secretsManager.send(noSecret)).rejects.toThrow("can't find");

    expect(await keysOf(testUser('keyless'))).toEqual([]);
    await expect(operator.user(testUser('disabled'))).rejects.toThrow('cannot be found');
    const { users } = (await operator.json('validate')) as { users: { outputs: Record<string, unknown> }[] };
    expect(users.map(({ outputs }) => outputs['ssm_enabled'])).toEqual([true, true, false, false, false]);
    expect(users[4]!.outputs).toMatchObject({ user_name: '', user_arn: '', access_key_id_ssm_path: null });
  });

  test("a rotation makes the SMTP password of each region anew, of the new key's secret", async () => {
    await operator.apply(`
accountId: "${accountId}"
systemUsers:
  - { name: newsletter, store: { type: ssm, basePath: /mail/, sesSmtpPassword: [eu-west-1, us-east-1] } }
`);
    const before = await readMail('/mail/newsletter');
    expect(before.west).toBe(smtp(before.secret, 'eu-west-1'));
    expect(before.east).toBe(smtp(before.secret, 'us-east-1'));

    const { code, stdout, stderr } = await operator.run('rotate', 'newsletter', '--emergency');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const after = await readMail('/mail/newsletter');
    expect(after.secret).not.toBe(before.secret);
    expect(after.west).toBe(smtp(after.secret, 'eu-west-1'));
    expect(after.east).toBe(smtp(after.secret, 'us-east-1'));
    expect(await keysOf('newsletter')).toEqual([{ id: after.id, status: 'Active' }]);
    const arn = `arn:aws:iam::${accountId}:user/lifecycle/newsletter`;
    expect(await signerOf({ accessKeyId: after.id, secretAccessKey: after.secret })).toBe(arn);
    for (const { secret, west, east } of [before, after])
      for (const text of [secret, west, east]) expect(stdout + stderr).not.toContain(text);
    expect((await operator.run('plan')).code).toBe(0);
  });
});
