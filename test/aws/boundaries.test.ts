import { IAMClient, PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { keepsBoundaries } from '../../functions/aws/boundaries.js';

const iam = new IAMClient({ region: 'eu-central-1' });
const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

test.each([
  ['AWS: there is no such user', answered('NoSuchEntityException', 404), true],
  ['AWS: whoever asks may not', answered('AccessDenied', 403), true],
  ['an emulator that fails at it', answered('Error', 500), false],
  ['an emulator that does not know it', answered('InvalidAction', 400), false],
])('%s', async (_, error, expected) => {
  const mock = mockClient(iam);
  mock.on(PutUserPermissionsBoundaryCommand).rejects(error);
  expect(await keepsBoundaries(iam)).toBe(expected);
  expect(mock.calls()).toHaveLength(1);
});

test('no answer at all escapes', async () => {
  mockClient(iam).on(PutUserPermissionsBoundaryCommand).rejects(new Error('connect ECONNREFUSED'));
  await expect(keepsBoundaries(iam)).rejects.toThrow('ECONNREFUSED');
});
