import { IAMServiceException } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { look } from '../../functions/aws/look.js';

const refusal = (message: string) =>
  new IAMServiceException({ name: 'AccessDenied', message, $fault: 'client', $metadata: {} });
function failing(error: Error) {
  return look('KMS keys', async () => {
    throw error;
  });
}

test('what was read is told, and nothing is unread', async () => {
  expect(await look('KMS keys', () => Promise.resolve(['a']))).toEqual({ items: ['a'], unread: [] });
});

test.each([
  [
    'a refusal',
    refusal('User: x is not authorized\nmore'),
    'KMS keys: AccessDenied: User: x is not authorized',
  ],
  ['a refusal without a message', refusal(''), 'KMS keys: AccessDenied'],
  [
    'a region that cannot be reached',
    Object.assign(new Error('getaddrinfo ENOTFOUND kms'), { syscall: 'getaddrinfo' }),
    'KMS keys: Error: getaddrinfo ENOTFOUND kms',
  ],
  [
    'an answer that never came',
    Object.assign(new Error('slow'), { name: 'TimeoutError' }),
    'KMS keys: TimeoutError: slow',
  ],
])('%s is told, on one line', async (_name, error, unread) => {
  expect(await failing(error)).toEqual({ items: [], unread: [unread] });
});

test('a bug is none of these', async () => {
  await expect(failing(new TypeError('x is not a function'))).rejects.toThrow('x is not a function');
});
