import { describe, expect, test } from '@jest/globals';
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { HOUR, MINUTE, newAccount, outcome, SECOND } from './account.js';

function accountWithReports() {
  const account = newAccount();
  const { iam } = account;
  const generate = async () => (await iam.send(new GenerateCredentialReportCommand({}))).State;
  const read = async () => {
    const { Content } = await iam.send(new GetCredentialReportCommand({}));
    return new TextDecoder().decode(Content).split('\n');
  };
  return { ...account, generate, read };
}

describe('the credential report', () => {
  test('is made while one waits, serves four hours, and then is expired', async () => {
    const { generate, read, later } = accountWithReports();
    expect(await outcome(read())).toBe('CredentialReportNotPresentException');
    expect(await generate()).toBe('STARTED');
    expect(await generate()).toBe('INPROGRESS');
    expect(await outcome(read())).toBe('CredentialReportNotReadyException');
    await later(10 * SECOND);
    expect(await generate()).toBe('COMPLETE');
    expect(await outcome(read())).toBe('ok');
    await later(4 * HOUR - 10 * SECOND - 1);
    expect(await generate()).toBe('COMPLETE');
    await later(1);
    expect(await outcome(read())).toBe('CredentialReportExpiredException');
    expect(await generate()).toBe('STARTED');
  });

  test('shows the account as it was when asked for, the root user first', async () => {
    const { iam, generate, read, later } = accountWithReports();
    await iam.send(new CreateUserCommand({ UserName: 'early' }));
    await generate();
    await iam.send(new CreateUserCommand({ UserName: 'afterwards' }));
    await later(10 * SECOND);
    const [header, root, ...users] = await read();
    expect(header).toBe(
      'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
        'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
        'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
        'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
    );
    expect(root).toMatch(
      /^<root_account>,arn:aws:iam::123456789012:root,.*,not_supported,no_information,not_supported,not_supported,true,false,N\/A/,
    );
    expect(users).toEqual([
      'early,arn:aws:iam::123456789012:user/early,2026-03-01T12:00:00+00:00,false,N/A,N/A,N/A,false,' +
        'false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
    ]);
  });

  test('a slot is not an age, Inactive hides the rotation, use is told to the minute', async () => {
    const { aws, iam, generate, read, later } = accountWithReports();
    const UserName = 'deploy';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Correct horse 9' }));
    const mint = async () =>
      (await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey!.AccessKeyId!;
    const first = await mint();
    await later(HOUR);
    const second = await mint();
    await later(HOUR);
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: first }));
    const third = await mint();
    aws.useKey(second, 's3', 'eu-west-1');
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: second, Status: 'Inactive' }));
    aws.useKey(third, 'iam', 'us-east-1');
    await generate();
    await later(MINUTE);
    expect((await read())[2]).toBe(
      'deploy,arn:aws:iam::123456789012:user/deploy,2026-03-01T12:00:00+00:00,true,no_information,2026-03-01T12:00:00+00:00,N/A,false,' +
        'true,2026-03-01T14:00:00+00:00,2026-03-01T14:00:00+00:00,us-east-1,iam,' +
        'false,N/A,2026-03-01T14:00:00+00:00,eu-west-1,s3,false,N/A,false,N/A',
    );
  });
});
