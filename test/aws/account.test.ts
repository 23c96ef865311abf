import {
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetCredentialReportCommand,
} from '@aws-sdk/client-iam';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { observeAccount, observeUserPage, parseReport } from '../../functions/aws/account.js';
import { at, currentKey, denyAllArn, secretArn } from '../support/account.js';
import { StubClock } from '../support/clock.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const header =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,' +
  'mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,' +
  'access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
  'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,' +
  'cert_2_last_rotated';
const prefix = 'arn:aws:iam::123456789012:user/lifecycle/';
const none = 'N/A,N/A,N/A,N/A';

/** A line of the report: a user, and whether and since when each of its two slots holds a key. */
function line(name: string, one: string, other: string, quote = ''): string {
  const user = `${quote}${name}${quote},${quote}${prefix}${name}${quote}`;
  return `${user},2025-06-01T00:00:00+00:00,false,N/A,N/A,N/A,false,${one},${other},false,N/A,false,N/A`;
}
const active = (madeAt: string) => `true,${madeAt},N/A,N/A,N/A`;
const inactive = `false,${none}`;
const inactiveMade = 'false,2025-07-01T00:00:00+00:00,N/A,N/A,N/A';

describe('a line of the credential report', () => {
  test.each(
    Object.entries<[string, arn: string, activeKeys: number, oldest: string | null]>({
      'one key': [
        line('alice', active('2026-01-01T00:00:00+00:00'), inactive),
        `${prefix}alice`,
        1,
        '2026-01-01T00:00:00Z',
      ],
      'a key in the second slot alone': [
        line('alice', inactive, active('2026-01-01T00:00:00+00:00')),
        `${prefix}alice`,
        1,
        '2026-01-01T00:00:00Z',
      ],
      'two keys, the older one in the second slot': [
        line('alice', active('2026-02-01T00:00:00+00:00'), active('2026-01-01T00:00:00+00:00')),
        `${prefix}alice`,
        2,
        '2026-01-01T00:00:00Z',
      ],
      'no key': [line('alice', inactive, inactive), `${prefix}alice`, 0, null],
      'an Inactive key counts for nothing': [
        line('alice', inactiveMade, inactive),
        `${prefix}alice`,
        0,
        null,
      ],
      'an Active key of unknown age': [line('alice', active('N/A'), inactive), `${prefix}alice`, 1, null],
      'a name with commas, unquoted': [
        line('doe,jane,ops', active('2026-01-01T00:00:00+00:00'), inactive),
        `${prefix}doe,jane,ops`,
        1,
        '2026-01-01T00:00:00Z',
      ],
      'a name with commas, quoted': [
        line('doe,jane,ops', active('2026-01-01T00:00:00+00:00'), inactive, '"'),
        `${prefix}doe,jane,ops`,
        1,
        '2026-01-01T00:00:00Z',
      ],
      'a name that begins with a comma': [line(',x', inactive, inactive), `${prefix},x`, 0, null],
      'the root user': [
        `<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,2026-01-01T00:00:00+00:00,not_supported,not_supported,true,${inactive},${inactive},false,N/A,false,N/A`,
        'arn:aws:iam::123456789012:root',
        0,
        null,
      ],
    }),
  )('%s', (_, [text, userArn, activeKeys, oldest]) => {
    expect(parseReport(`${header}\n${text}\n`)).toEqual([
      { userArn, activeKeys, oldestKeyAt: oldest === null ? null : at(oldest) },
    ]);
  });

  test('is found by the name of its columns, wherever they are', () => {
    const csv = `user,arn,user_creation_time,access_key_2_active,extra,access_key_1_active,access_key_1_last_rotated,access_key_2_last_rotated\na,b,${prefix}a,b,2025-06-01T00:00:00+00:00,false,x,true,2026-01-01T00:00:00+00:00,N/A\n`;
    expect(parseReport(csv)).toEqual([
      { userArn: `${prefix}a,b`, activeKeys: 1, oldestKeyAt: at('2026-01-01T00:00:00Z') },
    ]);
  });

  test('is missing in a report of the header alone', () => {
    expect(parseReport(`${header}\n`)).toEqual([]);
  });
});

const detail = (name: string) => ({
  UserName: name,
  UserId: `AIDA${name}`,
  Arn: prefix + name,
  Path: '/lifecycle/',
  CreateDate: new Date(0),
  Tags: [{ Key: 'iam-lifecycle:managed', Value: 'true' }],
  AttachedManagedPolicies: [{ PolicyName: 'AWSDenyAll', PolicyArn: denyAllArn }],
});

/** An account of one user and one secret, whose report is there at once. */
function prepared() {
  const mocked = mockClients();
  const { iam, secretsManager } = mocked;
  const Filter = ['User'] as 'User'[];
  iam
    .on(GetAccountAuthorizationDetailsCommand, { Filter })
    .resolves({ UserDetailList: [detail('alice')], IsTruncated: true, Marker: 'more' })
    .on(GetAccountAuthorizationDetailsCommand, { Filter, Marker: 'more' })
    .resolves({ UserDetailList: [detail('bob')], IsTruncated: false });
  const Content = Buffer.from(`${header}\n${line('alice', active('2026-01-01T00:00:00+00:00'), inactive)}\n`);
  const GeneratedTime = new Date('2026-03-01T00:00:00Z');
  iam.on(GenerateCredentialReportCommand).resolves({ State: 'COMPLETE' });
  iam.on(GetCredentialReportCommand).resolves({ Content, ReportFormat: 'text/csv', GeneratedTime });
  secretsManager.on(ListSecretsCommand).resolves({
    SecretList: [
      {
        Name: 'iam-lifecycle/doe/2Cjane',
        ARN: secretArn,
        CreatedDate: new Date(5),
        SecretVersionsToStages: { [`iam-access-key-${currentKey}`]: ['AWSCURRENT'] },
      },
      { Name: 'iam-lifecycle/not/ours', ARN: 'other', CreatedDate: new Date(5) },
    ],
    NextToken: 'more',
  });
  secretsManager.on(ListSecretsCommand, { NextToken: 'more' }).resolves({
    SecretList: [
      {
        Name: 'iam-lifecycle/bob',
        ARN: 'arn:bob',
        CreatedDate: new Date(5),
        LastChangedDate: new Date(9),
        DeletedDate: new Date(8),
      },
    ],
  });
  return { ...mocked, clock: new StubClock(at('2026-03-01T00:00:00Z')) };
}

describe('the whole account', () => {
  test('is read to the last page: users, report, secrets', async () => {
    const { clients, clock, calls } = prepared();
    const account = await observeAccount(clients, clock);
    expect(account.users.map(({ user, policyArns }) => [user.name, user.boundaryArn, policyArns])).toEqual([
      ['alice', null, [denyAllArn]],
      ['bob', null, [denyAllArn]],
    ]);
    expect(account.report).toEqual({
      generatedAt: at('2026-03-01T00:00:00Z'),
      rows: [{ userArn: `${prefix}alice`, activeKeys: 1, oldestKeyAt: at('2026-01-01T00:00:00Z') }],
    });
    expect(account.secrets).toEqual([
      {
        userName: 'doe,jane',
        arn: secretArn,
        stages: { AWSCURRENT: `iam-access-key-${currentKey}` },
        deletedAt: null,
        changedAt: 5,
      },
      { userName: 'bob', arn: 'arn:bob', stages: {}, deletedAt: 8, changedAt: 9 },
    ]);
    const inputs = (wanted: string) =>
      calls()
        .filter(([name]) => name === wanted)
        .map(([, input]) => input);
    expect(inputs('GetAccountAuthorizationDetails')).toMatchObject([{ MaxItems: 1000 }, { MaxItems: 1000 }]);
    expect(inputs('ListSecrets')).toMatchObject([
      {
        MaxResults: 100,
        IncludePlannedDeletion: true,
        Filters: [{ Key: 'name', Values: ['iam-lifecycle/'] }],
      },
      { NextToken: 'more', IncludePlannedDeletion: true },
    ]);
  });

  test.each(['users', 'secrets'])('a page of %s that fails fails it all', async (which) => {
    const { clients, clock, iam, secretsManager } = prepared();
    if (which === 'users')
      iam.on(GetAccountAuthorizationDetailsCommand, { Marker: 'more' }).rejects(awsError('Throttling'));
    else secretsManager.on(ListSecretsCommand, { NextToken: 'more' }).rejects(awsError('Throttling'));
    await expect(observeAccount(clients, clock)).rejects.toThrow('Throttling');
  });

  test('one page of users says where the next one starts', async () => {
    const { clients, calls } = prepared();
    const first = await observeUserPage(clients.iam, 100, undefined);
    expect([first.users.map(({ user }) => user.name), first.next]).toEqual([['alice'], 'more']);
    const second = await observeUserPage(clients.iam, 100, 'more');
    expect([second.users.map(({ user }) => user.name), second.next]).toEqual([['bob'], undefined]);
    expect(calls().map(([, input]) => input)).toMatchObject([
      { MaxItems: 100 },
      { MaxItems: 100, Marker: 'more' },
    ]);
  });
});

describe('the report is made on request, and not at once', () => {
  test('it is waited for while it is STARTED and INPROGRESS', async () => {
    const { clients, clock, iam } = prepared();
    iam
      .on(GenerateCredentialReportCommand)
      .resolvesOnce({ State: 'STARTED' })
      .resolvesOnce({ State: 'INPROGRESS' })
      .resolves({ State: 'COMPLETE' });
    expect((await observeAccount(clients, clock)).report.rows).toHaveLength(1);
    expect(clock.slept).toEqual([2000, 2000]);
  });

  test.each([
    'CredentialReportNotReadyException',
    'CredentialReportNotPresentException',
    'CredentialReportExpiredException',
  ])('it is asked for again after %s', async (name) => {
    const { clients, clock, iam } = prepared();
    iam
      .on(GetCredentialReportCommand)
      .rejectsOnce(awsError(name))
      .resolves({ Content: Buffer.from(`${header}\n`), GeneratedTime: new Date(3) });
    expect((await observeAccount(clients, clock)).report).toEqual({ generatedAt: 3, rows: [] });
    expect(clock.slept).toEqual([2000]);
  });

  test('any other failure escapes at once', async () => {
    const { clients, clock, iam } = prepared();
    iam.on(GenerateCredentialReportCommand).rejects(awsError('LimitExceededException'));
    await expect(observeAccount(clients, clock)).rejects.toThrow('LimitExceededException');
    expect(clock.slept).toEqual([]);
  });

  test('after two minutes it is given up, which fails the scan', async () => {
    const { clients, clock, iam } = prepared();
    iam.on(GenerateCredentialReportCommand).resolves({ State: 'INPROGRESS' });
    await expect(observeAccount(clients, clock)).rejects.toThrow(
      'the credential report was not ready after 120 s',
    );
    expect(clock.slept).toHaveLength(60);
  });
});
