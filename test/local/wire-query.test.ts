import {
  CreateUserCommand,
  DeleteUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetUserCommand,
  IAMClient,
  LimitExceededException,
  ListAccessKeysCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { answerOf, errorOf, knownKey, stubAccount } from './stub-account.js';

const onNoonOfMarch1 = new Date('2026-03-01T12:00:00Z');
const withMillis = new Date('2026-03-01T12:00:00.250Z');

const account = stubAccount();
const iam = () => new IAMClient(account.config());

describe('IAM', () => {
  test('CreateUser sends its tags and gets the user back', async () => {
    const User = {
      Path: '/lifecycle/',
      UserName: 'anna',
      UserId: 'AIDA1',
      Arn: 'arn:aws:iam::123456789012:user/lifecycle/anna',
      CreateDate: onNoonOfMarch1,
      Tags: [{ Key: 'Description', Value: 'R&D <lab> "5" + ü\r\n' }],
      PermissionsBoundary: {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/X',
      },
    } as const;
    account.answers({ User });
    const input = {
      UserName: 'anna',
      Path: '/lifecycle/',
      Tags: [
        { Key: 'iam-lifecycle:owner', Value: 'a+b@example.com' },
        { Key: 'Description', Value: 'x & y = z' },
      ],
    };

    const output = await answerOf(iam().send(new CreateUserCommand(input)));

    expect(account.asked).toMatchObject([
      {
        service: 'iam',
        operation: 'CreateUser',
        input,
        signer: knownKey,
        invocation: { caller: 'wire-test' },
      },
    ]);
    expect(output).toEqual({ User });
  });

  test('more than nine tags keep their order', async () => {
    const Tags = Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: `${index}` }));
    await iam().send(new CreateUserCommand({ UserName: 'anna', Tags }));
    expect(account.asked[0]?.input).toEqual({ UserName: 'anna', Tags });
  });

  test('an empty list is asked and answered as an empty list', async () => {
    account.answers({ User: { UserName: 'anna', Tags: [] } });
    const output = await answerOf(iam().send(new CreateUserCommand({ UserName: 'anna', Tags: [] })));
    expect(account.asked[0]?.input).toEqual({ UserName: 'anna', Tags: [] });
    expect(output).toEqual({ User: { UserName: 'anna', Tags: [] } });
  });

  test('GetUser of the caller is asked with no parameters', async () => {
    account.answers({ User: { UserName: 'anna', PasswordLastUsed: withMillis } });
    const output = await answerOf(iam().send(new GetUserCommand({})));
    expect(account.asked[0]?.input).toEqual({});
    expect(output).toEqual({ User: { UserName: 'anna', PasswordLastUsed: withMillis } });
  });

  test.each([[[]], [[{ AccessKeyId: 'AKIA1', Status: 'Active', CreateDate: onNoonOfMarch1 }]]])(
    'ListAccessKeys answers %j',
    async (AccessKeyMetadata) => {
      account.answers({ AccessKeyMetadata, IsTruncated: false });
      const output = await answerOf(iam().send(new ListAccessKeysCommand({ UserName: 'anna', MaxItems: 1 })));
      expect(account.asked[0]?.input).toEqual({ UserName: 'anna', MaxItems: 1 });
      expect(output).toEqual({ AccessKeyMetadata, IsTruncated: false });
    },
  );

  test('GetAccountAuthorizationDetails answers lists in lists, booleans and a marker', async () => {
    const details = {
      UserDetailList: [
        {
          UserName: 'anna',
          GroupList: ['readers', 'writers'],
          UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: '%7B%7D' }],
          AttachedManagedPolicies: [],
        },
        { UserName: 'bert', GroupList: [] },
      ],
      Policies: [
        {
          PolicyName: 'p',
          IsAttachable: true,
          PolicyVersionList: [{ IsDefaultVersion: false, VersionId: 'v1' }],
        },
      ],
      IsTruncated: true,
      Marker: 'more',
    };
    account.answers(details);
    const output = await answerOf(
      iam().send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Group'] })),
    );
    expect(account.asked[0]?.input).toEqual({ Filter: ['User', 'Group'] });
    expect(output).toEqual(details);
  });

  test('GetAccountSummary answers a map of numbers', async () => {
    account.answers({ SummaryMap: { Users: 12, UsersQuota: 5000 } });
    expect(await answerOf(iam().send(new GetAccountSummaryCommand({})))).toEqual({
      SummaryMap: { Users: 12, UsersQuota: 5000 },
    });
  });

  test('GetCredentialReport answers bytes', async () => {
    const report = 'user,arn\n<root_account>,arn:aws:iam::123456789012:root\n';
    account.answers({
      Content: new TextEncoder().encode(report),
      ReportFormat: 'text/csv',
      GeneratedTime: onNoonOfMarch1,
    });
    const { Content, GeneratedTime } = await iam().send(new GetCredentialReportCommand({}));
    expect(new TextDecoder().decode(Content)).toBe(report);
    expect(GeneratedTime).toEqual(onNoonOfMarch1);
  });

  test('an operation without a result succeeds', async () => {
    expect(await answerOf(iam().send(new DeleteUserCommand({ UserName: 'anna' })))).toEqual({});
  });

  test.each([
    ['NoSuchEntityException', 'NoSuchEntity', 404, NoSuchEntityException],
    ['LimitExceededException', 'LimitExceeded', 409, LimitExceededException],
    ['ValidationError', 'ValidationError', 400, Error],
    ['AccessDenied', 'AccessDenied', 403, Error],
  ])('%s travels as the code %s and the status %d', async (name, Code, status, constructor) => {
    account.refuses(name, status);
    const error = await errorOf(iam().send(new GetUserCommand({ UserName: 'anna' })));
    expect(error).toBeInstanceOf(constructor);
    expect(error).toMatchObject({
      name,
      Code,
      message: `${name} <&> said no`,
      $fault: 'client',
      $metadata: { httpStatusCode: status },
    });
  });
});
