import { describe, expect, test } from '@jest/globals';
import {
  type EnvKey,
  InvalidEnvironment,
  parseEnv,
  windowKeys,
  windowsOf,
} from '../../functions/shell/env.js';

const roles = JSON.stringify({
  admin: {
    roleArn: 'arn:aws:iam::123456789012:role/AdminRole',
    policyArn: 'arn:aws:iam::123456789012:policy/AssumeAdminRolePolicy',
  },
});
const revocable = JSON.stringify({
  admin: {
    roleArn: 'arn:aws:iam::123456789012:role/AdminRole',
    policyArn: 'arn:aws:iam::123456789012:policy/IamLifecycleRevoked-admin',
    unpinned: 'role',
  },
});
const good: Record<EnvKey, string> = {
  ACCOUNT_ID: '123456789012',
  USER_PATH: '/lifecycle/',
  ADOPTED_USERS: '["arn:aws:iam::123456789012:user/ops/bob"]',
  BOUNDARY_ARN: 'arn:aws:iam::123456789012:policy/LifecycleBoundary',
  API_PERMISSIONS: '{"claim":"scope","read":["users:read"]}',
  ASSUMABLE_ROLES: roles,
  ROTATE_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/rotate',
  OFFBOARD_QUEUE_URL: 'http://localhost:4566/offboard',
  REVOKE_QUEUE_URL: 'none',
  REVOCABLE_ROLES: revocable,
  RESPOND_QUEUE_URL: 'http://localhost:4566/respond',
  EVENT_BUS: 'iam-lifecycle',
  DENY_SESSIONS_POLICY_ARN: 'arn:aws:iam::123456789012:policy/IamLifecycleDenySessions',
  AFTER_LEAK: 'hold',
  LEASE_TABLE: 'leases',
  ANSWER_TABLE: 'answers',
  LEASE: 'PT20M',
  SECRETS_KMS_KEY: 'default',
  ROSTER_BUCKET: 'roster',
  ROSTER_KEY: 'roster.yaml',
  EVIDENCE_BUCKET: 'evidence',
  ROTATE_AFTER: 'P60D',
  OVERLAP: 'P7D',
  QUIET: 'P2D',
  MAX_OVERLAP: 'P21D',
  AFTER_MAX_OVERLAP: 'deactivate',
  KEY_QUARANTINE: 'P1W',
  PENDING_LIMIT: 'PT1H',
  SETTLE: 'PT2M',
  OFFBOARD_QUARANTINE: 'P30D',
  MAX_PURGE_PERCENT: '2.5',
};
const keys = Object.keys(good) as EnvKey[];

test('a good environment is read, in milliseconds and numbers', () => {
  expect(parseEnv(keys, { ...good, PATH: '/bin' })).toEqual({
    ...good,
    API_PERMISSIONS: { claim: 'scope', read: ['users:read'] },
    ADOPTED_USERS: ['arn:aws:iam::123456789012:user/ops/bob'],
    ASSUMABLE_ROLES: {
      admin: {
        roleArn: 'arn:aws:iam::123456789012:role/AdminRole',
        policyArn: 'arn:aws:iam::123456789012:policy/AssumeAdminRolePolicy',
      },
    },
    REVOCABLE_ROLES: {
      admin: {
        roleArn: 'arn:aws:iam::123456789012:role/AdminRole',
        policyArn: 'arn:aws:iam::123456789012:policy/IamLifecycleRevoked-admin',
        unpinned: 'role',
      },
    },
    LEASE: 1_200_000,
    ROTATE_AFTER: 5_184_000_000,
    OVERLAP: 604_800_000,
    QUIET: 172_800_000,
    MAX_OVERLAP: 1_814_400_000,
    KEY_QUARANTINE: 604_800_000,
    PENDING_LIMIT: 3_600_000,
    SETTLE: 120_000,
    OFFBOARD_QUARANTINE: 2_592_000_000,
    MAX_PURGE_PERCENT: 2.5,
  });
});

test('the windows are those of the environment, each in its place', () => {
  expect(windowsOf(parseEnv(windowKeys, { ...good, KEY_QUARANTINE: 'P8D' }))).toEqual({
    rotateAfterMs: 5_184_000_000,
    overlapMs: 604_800_000,
    quietMs: 172_800_000,
    maxOverlapMs: 1_814_400_000,
    afterMaxOverlap: 'deactivate',
    quarantineMs: 691_200_000,
    pendingLimitMs: 3_600_000,
    settleMs: 120_000,
    offboardQuarantineMs: 2_592_000_000,
  });
});

test('a function does not read what it did not ask for', () => {
  expect(parseEnv(['LEASE_TABLE'], { LEASE_TABLE: 'leases', LEASE: 'wrong' })).toEqual({
    LEASE_TABLE: 'leases',
  });
});

function refusal(key: EnvKey, value: string | undefined): string {
  try {
    parseEnv([key], { ...good, [key]: value });
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error.message;
    throw error;
  }
  return 'it was taken';
}

describe('a variable that is wrong is named with its value and the rule', () => {
  test.each<[EnvKey, string, RegExp]>([
    ['ACCOUNT_ID', '12345678901', /it must be 12 digits/],
    ['ACCOUNT_ID', 'my-account', /it must be 12 digits/],
    ['USER_PATH', '/', /it must be an IAM path below \//],
    ['USER_PATH', 'lifecycle/', /it must be an IAM path/],
    ['USER_PATH', '/lifecycle', /it must be an IAM path/],
    ['USER_PATH', '/life*/', /it must be an IAM path/],
    ['ADOPTED_USERS', 'bob', /it must be JSON/],
    ['ADOPTED_USERS', '"bob"', /it must be a list of the ARNs of users/],
    [
      'ADOPTED_USERS',
      '["arn:aws:iam::123456789012:user/ops/*"]',
      /0 is .*the ARN of one IAM user.*without a wildcard/,
    ],
    ['API_PERMISSIONS', '{}', /it must be null or \{ claim, read\?/],
    ['API_PERMISSIONS', '{"claim":"scope","delete":[]}', /it must be null or/],
    ['BOUNDARY_ARN', 'LifecycleBoundary', /it must be the ARN of a managed policy/],
    ['BOUNDARY_ARN', 'arn:aws:iam::123456789012:role/Admin', /it must be the ARN of a managed policy/],
    ['ASSUMABLE_ROLES', '{', /it must be JSON/],
    ['ASSUMABLE_ROLES', '[]', /it must be role key -> \{ roleArn, policyArn, groupName\? \}/],
    [
      'ASSUMABLE_ROLES',
      '{"admin":{"roleArn":"x"}}',
      /it must be role key -> \{ roleArn, policyArn, groupName\? \}/,
    ],
    ['ASSUMABLE_ROLES', roles.replace('AdminRole"', '*"'), /admin\.roleArn is .*without a wildcard/],
    ['ROTATE_QUEUE_URL', 'rotate', /it must be an http\(s\) URL/],
    ['OFFBOARD_QUEUE_URL', 'arn:aws:sqs:eu-central-1:123456789012:q', /it must be an http\(s\) URL/],
    ['LEASE_TABLE', '', /it must not be empty/],
    ['LEASE', '20', /it must be an ISO 8601 duration/],
    ['ROTATE_AFTER', 'P2M', /it must be an ISO 8601 duration/],
    ['AFTER_MAX_OVERLAP', 'ignore', /"block"\|"deactivate"/],
    ['MAX_PURGE_PERCENT', '101', /<=100/],
    ['MAX_PURGE_PERCENT', '-1', />=0/],
    ['MAX_PURGE_PERCENT', 'all', /number/],
  ])('%s=%s', (key, value, rule) => {
    const message = refusal(key, value);
    expect(message.startsWith(`${key} is ${JSON.stringify(value)}: `)).toBe(true);
    expect(message).toMatch(rule);
  });

  test.each(keys)('%s is not set', (key) => {
    expect(refusal(key, undefined)).toBe(`${key} is not set`);
  });

  test('all of them at once, a line each', () => {
    const wrong = { ...good, ACCOUNT_ID: 'x', LEASE: undefined, SETTLE: '2 minutes' };
    expect(() => parseEnv(keys, wrong)).toThrow(InvalidEnvironment);
    expect(() => parseEnv(keys, wrong)).toThrow(
      /^ACCOUNT_ID is "x": it must be 12 digits\nLEASE is not set\nSETTLE is "2 minutes": it must be an ISO 8601 duration[^\n]*$/,
    );
  });
});
