import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parseConfig } from '../../infra/config.js';
import { configJsonSchema } from '../../infra/config-schema.js';
import { loadConfig } from '../../infra/load-config.js';
import { standardSettings } from '../../local/deployment.js';
import { sampleConfig } from './configs.js';

const role = 'arn:aws:iam::123456789012:role/DataEngineerRole';

test('the defaults are those of the local deployment, to the letter', () => {
  const { windows, userPath } = parseConfig({ roles: {} });
  const {
    ROTATE_AFTER,
    OVERLAP,
    QUIET,
    MAX_OVERLAP,
    AFTER_MAX_OVERLAP,
    KEY_QUARANTINE,
    PENDING_LIMIT,
    SETTLE,
    OFFBOARD_QUARANTINE,
  } = standardSettings.windows;
  expect(windows).toEqual({
    rotateAfter: ROTATE_AFTER,
    overlap: OVERLAP,
    quiet: QUIET,
    maxOverlap: MAX_OVERLAP,
    afterMaxOverlap: AFTER_MAX_OVERLAP,
    keyQuarantine: KEY_QUARANTINE,
    pendingLimit: PENDING_LIMIT,
    settle: SETTLE,
    offboardQuarantine: OFFBOARD_QUARANTINE,
  });
  expect([windows.rotateAfter, windows.offboardQuarantine, userPath]).toEqual([
    'P60D',
    'P30D',
    '/lifecycle/',
  ]);
});

test('everything that is wrong is told at once, with its path, its value and the rule', () => {
  const wrong = {
    roles: { 'data engineer': role, admin: 'arn:aws:iam::123456789012:role/*' },
    attach: 'roles',
    userPath: 'lifecycle',
    adopted: ['arn:aws:iam::123456789012:user/*'],
    windows: { quiet: '2 days', settle: 'PT1S', rotateafter: 'P60D' },
    notify: ['platform'],
    logRetentionDays: 42,
    vpc: { subnetIds: [] },
    colour: 'blue',
  };
  expect(() => parseConfig(wrong, 'lifecycle.config.ts')).toThrow(
    expect.objectContaining({
      name: 'InvalidConfig',
      message: `lifecycle.config.ts has 13 fault(s)
  the key roles.data engineer: it must be a role key of 1 to 32 letters, digits or underscores, beginning with a letter, such as data_engineer
  roles.admin is "arn:aws:iam::123456789012:role/*": it must be the ARN of one IAM role, as in arn:aws:iam::123456789012:role/DataEngineerRole, without a wildcard
  attach is "roles": it must be users or groups
  userPath is "lifecycle": it must be an IAM path below /, such as /lifecycle/, of at most 512 characters
  adopted.0 is "arn:aws:iam::123456789012:user/*": it must be the ARN of one IAM user, as in arn:aws:iam::123456789012:user/ops/bob, without a wildcard
  windows.quiet is "2 days": it must be an ISO 8601 duration of weeks, days, hours, minutes, seconds, such as P30D
  windows.settle is "PT1S": it must be PT30S to PT10M
  windows.rotateafter is "P60D": there is no such setting
  notify.0 is "platform": it must be an e-mail address
  logRetentionDays is 42: it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days
  vpc.subnetIds is []: it must name a subnet
  vpc.securityGroupIds is missing: Invalid input: expected array, received undefined
  colour is "blue": there is no such setting`,
    }),
  );
});

test.each([
  [
    'two roles with one name, in two accounts and another case',
    { roles: { one: role, two: 'arn:aws:iam::210987654321:role/team/dataengineerrole' } },
    'roles.two is "arn:aws:iam::210987654321:role/team/dataengineerrole": it must have another name than the role of one',
  ],
  [
    'two keys that are one name in CloudFormation',
    { roles: { a_b: role, aB: 'arn:aws:iam::123456789012:role/Other' } },
    'roles.aB is "arn:aws:iam::123456789012:role/Other": its key must differ from a_b by more than',
  ],
  [
    'more roles than an environment holds',
    {
      roles: Object.fromEntries(
        Array.from({ length: 25 }, (_, index) => [`role${index}`, `${role}${index}`]),
      ),
    },
    'they must be fewer',
  ],
  [
    'a quiet time longer than the longest overlap',
    { roles: {}, windows: { quiet: 'P22D' } },
    'windows.quiet is "P22D": it must be at most maxOverlap, P21D',
  ],
  [
    'a next rotation before the old key is gone: 21 and 7 days are 28',
    { roles: {}, windows: { rotateAfter: 'P28D' } },
    'windows.rotateAfter is "P28D": it must be longer than maxOverlap and keyQuarantine together, P21D and P7D',
  ],
  [
    'an adopted user twice',
    { roles: {}, adopted: [1, 1].map(() => 'arn:aws:iam::123456789012:user/ops/bob') },
    'adopted.1 is "arn:aws:iam::123456789012:user/ops/bob": adopted.0 names it too',
  ],
  [
    'all of IAM in the boundary',
    { roles: {}, managedPolicies: [{ arn: 'arn:aws:iam::aws:policy/IAMFullAccess', actions: ['iam:*'] }] },
    'managedPolicies.0.actions.0 is "iam:*": it must be an action such as s3:GetObject',
  ],
])('%s is refused', (_, config, message) => {
  expect(() => parseConfig(config)).toThrow(message);
});

test('base paths of parameters have one form, however they are written', () => {
  const ssmBasePaths = ['system_user', '/system_user/', '//mail//ses/'];
  expect(parseConfig({ roles: {}, ssmBasePaths }).ssmBasePaths).toEqual([
    '/system_user',
    '/system_user',
    '/mail/ses',
  ]);
  expect(parseConfig({ roles: {} }).ssmBasePaths).toEqual([]);
});

test.each(['/', '', '/aws/keys', 'SSM-keys', '/keys/*', 'a b'])(
  'keys are not kept under "%s": the root is everybody\'s, aws and ssm are AWS\'s, and no wildcard becomes a right',
  (path) => {
    expect(() => parseConfig({ roles: {}, ssmBasePaths: [path] })).toThrow('ssmBasePaths.0 is');
  },
);

test('settings that are no object are told of as such', () => {
  expect(() => parseConfig(undefined, 'lifecycle.config.json')).toThrow(
    'lifecycle.config.json has 1 fault(s)',
  );
});

test('a JSON file serves as well as a TypeScript one', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'config-')), 'lifecycle.config.json');
  await writeFile(file, JSON.stringify({ $schema: './infra/config.schema.json', ...sampleConfig }));
  expect((await loadConfig(file)).roles).toEqual(sampleConfig.roles);
  expect((await loadConfig('lifecycle.config.ts')).roles).toEqual(sampleConfig.roles);
});

test('the published schema is that of the code: "node --import tsx infra/config-schema.ts" writes it anew', () => {
  expect(JSON.parse(readFileSync('infra/config.schema.json', 'utf8'))).toEqual(
    JSON.parse(configJsonSchema()),
  );
});
