import { IAMClient, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import {
  listsServiceCredentials,
  withoutServiceCredentials,
} from '../../functions/aws/service-credentials.js';

const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

test.each([
  ['AWS: there is no such user', answered('NoSuchEntityException', 404), true],
  ['AWS: whoever asks may not', answered('AccessDenied', 403), true],
  ['an emulator that fails at it', answered('Error', 500), false],
])('%s', async (_, error, expected) => {
  const iam = new IAMClient({ region: 'eu-central-1' });
  mockClient(iam).on(ListServiceSpecificCredentialsCommand).rejects(error);
  expect(await listsServiceCredentials(iam)).toBe(expected);
});

test('at an endpoint that does not know them nobody has any, and nobody is asked', async () => {
  const refused = { handle: () => Promise.reject(new Error('no call is to be sent')) };
  const iam = new IAMClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: refused,
    maxAttempts: 1,
  });
  withoutServiceCredentials(iam);
  const command = new ListServiceSpecificCredentialsCommand({ UserName: 'alice' });
  expect(await iam.send(command)).toMatchObject({ ServiceSpecificCredentials: [] });
});
