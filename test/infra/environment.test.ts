import { expect, test } from '@jest/globals';
import { offboardEnv } from '../../functions/offboard.js';
import { onboardEnv } from '../../functions/onboard.js';
import { reconcileEnv } from '../../functions/reconcile.js';
import { respondEnv } from '../../functions/respond.js';
import { revokeEnv } from '../../functions/revoke.js';
import { rotateEnv } from '../../functions/rotate.js';
import { scanEnv } from '../../functions/scan.js';
import { type EnvKey, parseEnv } from '../../functions/shell/env.js';
import { usersEnv } from '../../functions/users.js';
import type { LifecycleConfig } from '../../infra/config.js';
import { fullConfig, rosterConfig, sampleConfig, variants } from './configs.js';
import { resolved, synthesise } from './synth.js';

const reads: readonly [string, readonly EnvKey[]][] = [
  ['onboard', onboardEnv],
  ['users', usersEnv],
  ['rotate', rotateEnv],
  ['offboard', offboardEnv],
  ['respond', respondEnv],
  ['scan', scanEnv],
  ['reconcile', reconcileEnv],
  ['revoke', revokeEnv],
];
/** Read by Powertools, not by us. */
const powertools = ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL'];

/** A reference to a queue or a policy, as the cloud would put it. */
function deployed(text: string): string {
  return text
    .replaceAll(
      /<Queues(Rotate|Offboard|Respond|Revoke)[0-9A-F]{8}>/g,
      (_, queue: string) =>
        `https://sqs.eu-west-1.amazonaws.com/123456789012/iam-lifecycle-${queue.toLowerCase()}`,
    )
    .replaceAll(/<(?:User|Session)Policies([A-Za-z]+)[0-9A-F]{8}>/g, 'arn:aws:iam::123456789012:policy/$1');
}

/** A function's variables as the cloud would have them: references give way to what they stand for. */
function environmentOf(
  name: string,
  config: LifecycleConfig = name === 'revoke' ? fullConfig : rosterConfig,
): Record<string, string> {
  const stack = synthesise(config);
  const { Environment } = stack
    .properties('AWS::Lambda::Function')
    .find(({ FunctionName }) => FunctionName === `iam-lifecycle-${name}`);
  return Object.fromEntries(
    Object.entries(Environment.Variables as Record<string, unknown>).map(([key, value]) => [
      key,
      deployed(resolved(value)),
    ]),
  );
}

test.each(reads)('the stack gives %s every variable that it reads, and none in vain', (name, keys) => {
  expect(Object.keys(environmentOf(name)).toSorted()).toEqual([...keys, ...powertools].toSorted());
});

test.each(reads)('%s takes its variables as they are deployed', (name, keys) => {
  const alone = { reconcile: [rosterConfig], revoke: [fullConfig] }[name];
  const configs = alone ?? [sampleConfig, fullConfig, rosterConfig];
  for (const config of configs) expect(() => parseEnv(keys, environmentOf(name, config))).not.toThrow();
});

test('a role key leads to its role and to the policy that was deployed for it', () => {
  const { ASSUMABLE_ROLES } = parseEnv(onboardEnv, environmentOf('onboard'));
  expect(ASSUMABLE_ROLES.data_engineer).toEqual({
    roleArn: 'arn:aws:iam::123456789012:role/DataEngineerRole',
    policyArn: 'arn:aws:iam::123456789012:policy/AssumeDataEngineer',
  });
});

test('a listed role leads to its revocation policy, and a deployment without any asks nobody', () => {
  expect(parseEnv(revokeEnv, environmentOf('revoke')).REVOCABLE_ROLES).toEqual({
    data_engineer: {
      roleArn: 'arn:aws:iam::123456789012:role/DataEngineerRole',
      policyArn: 'arn:aws:iam::123456789012:policy/DataEngineer',
      unpinned: 'report',
    },
    admin: {
      roleArn: 'arn:aws:iam::123456789012:role/AdminRole',
      policyArn: 'arn:aws:iam::123456789012:policy/Admin',
      unpinned: 'role',
    },
  });
  expect(environmentOf('offboard', fullConfig).REVOKE_QUEUE_URL).toMatch(/iam-lifecycle-revoke$/);
  expect(environmentOf('offboard', sampleConfig).REVOKE_QUEUE_URL).toBe('none');
});

test('the whole environment fits into the 4,096 bytes of Lambda with as many roles as the configuration takes', () => {
  const environment = environmentOf('onboard', variants.manyRoles);
  expect(Object.entries(environment).flat().join('').length).toBeLessThan(4096);
});
