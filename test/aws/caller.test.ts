import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { callerAccount } from '../../functions/aws/caller.js';

test("the caller's account", async () => {
  const client = new STSClient({ region: 'eu-central-1' });
  const sts = mockClient(client);
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:root' });
  expect(await callerAccount(client)).toBe('123456789012');
  sts.on(GetCallerIdentityCommand).rejects(new Error('ExpiredToken'));
  await expect(callerAccount(client)).rejects.toThrow('ExpiredToken');
});
