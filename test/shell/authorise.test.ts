import { describe, expect, test } from '@jest/globals';
import type { ClaimPermissions, Permission } from '../../functions/core/permission.js';
import { authorise } from '../../functions/shell/authorise.js';
import type { HttpRequest } from '../../functions/shell/http-function.js';

const map: ClaimPermissions = {
  claim: 'scope',
  read: ['users:read', 'users:admin'],
  offboard: ['users:admin'],
};

function verdict(scope: unknown, permission: Permission | null, by: ClaimPermissions | null = map): string {
  const authorizer = { jwt: { claims: scope === undefined ? {} : { scope } } };
  const request = { requestContext: { authorizer } } as unknown as HttpRequest;
  try {
    authorise(request, permission, by);
    return 'allowed';
  } catch (error) {
    return `${(error as { status: number }).status} ${(error as Error).message}`;
  }
}

describe('a caller with a token', () => {
  test.each<[unknown, Permission | null, string]>([
    ['users:read', 'read', 'allowed'],
    ['openid users:admin', 'offboard', 'allowed'],
    // As the gateway writes a list.
    ['[openid users:admin]', 'read', 'allowed'],
    [['openid', 'users:admin'], 'read', 'allowed'],
    [undefined, null, 'allowed'],
    [
      'users:read',
      'offboard',
      '403 The token\'s claim "scope" does not give "offboard": it needs one of users:admin.',
    ],
    [
      'users:readers',
      'read',
      '403 The token\'s claim "scope" does not give "read": it needs one of users:read, users:admin.',
    ],
    [
      undefined,
      'offboard',
      '403 The token\'s claim "scope" does not give "offboard": it needs one of users:admin.',
    ],
    [7, 'offboard', '403 The token\'s claim "scope" does not give "offboard": it needs one of users:admin.'],
    ['users:admin', 'onboard', '403 The token\'s claim "scope" does not give "onboard": no value gives it.'],
  ])('whose scope is %j asks for %s: %s', (scope, permission, is) => {
    expect(verdict(scope, permission)).toBe(is);
  });

  test('may do everything where no claim is mapped', () => {
    expect(verdict(undefined, 'offboard', null)).toBe('allowed');
  });
});
