import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/** The account whose credentials these are: 12 digits. One call, which needs no permission and cannot be denied. */
export async function callerAccount(sts: STSClient): Promise<string> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  return Account!;
}
