import { describe, expect, test } from '@jest/globals';
import { advanceRotation } from '../../functions/core/advance.js';
import type { RotationFacts } from '../../functions/core/facts.js';
import { planRotation } from '../../functions/core/rotation.js';
import {
  at,
  currentKey,
  key,
  managedUser,
  nextKey,
  oldKey,
  rotationFacts,
  secretOf,
  stepTexts,
  strangeKey,
} from '../support/account.js';
import { rotationRules } from '../support/windows.js';

const look = (seen: RotationFacts, now: string) => {
  const plan = planRotation(seen, null, rotationRules, at(now));
  return [plan.at.phase, stepTexts(plan)];
};

const keyed = (tags: Record<string, string>, status: 'Active' | 'Inactive') =>
  rotationFacts({
    user: managedUser(tags),
    keys: [key(currentKey, '2026-03-02T00:00:00Z', { status })],
    secret: secretOf({ AWSCURRENT: currentKey }),
  });

describe('a user whose tags say that no key is wanted', () => {
  const unwanted = { 'iam-lifecycle:key-store': 'none' };
  const deactivated = (keyId: string, instant: string) => ({
    ...unwanted,
    'iam-lifecycle:deactivated-at': `${keyId} ${instant}`,
  });
  test.each<[string, RotationFacts, string, unknown[]]>([
    [
      'and has none: nothing',
      rotationFacts({ user: managedUser(unwanted) }),
      '2026-03-10T00:00:00Z',
      ['Keyless', []],
    ],
    [
      'and has one of ours: out of use',
      keyed(unwanted, 'Active'),
      '2026-03-10T00:00:00Z',
      ['Retiring', [`DeactivateKey ${currentKey}`]],
    ],
    [
      'and has two of ours: both',
      rotationFacts({
        user: managedUser(unwanted),
        keys: [key(oldKey, '2026-01-01T00:00:00Z'), key(currentKey, '2026-03-02T00:00:00Z')],
        secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
      }),
      '2026-03-10T00:00:00Z',
      ['Retiring', [`DeactivateKey ${currentKey}`, `DeactivateKey ${oldKey}`]],
    ],
    [
      'within its quarantine: kept',
      keyed(deactivated(currentKey, '2026-03-10T00:00:00.000Z'), 'Inactive'),
      '2026-03-16T23:59:59.999Z',
      ['Retiring', []],
    ],
    [
      'past its quarantine of 7 days: deleted',
      keyed(deactivated(currentKey, '2026-03-10T00:00:00.000Z'), 'Inactive'),
      '2026-03-17T00:00:00Z',
      ['Retiring', [`DeleteKey ${currentKey}`]],
    ],
    [
      'and one that somebody else deactivated: its quarantine starts now',
      keyed(unwanted, 'Inactive'),
      '2026-03-17T00:00:00Z',
      ['Retiring', [`DeactivateKey ${currentKey}`]],
    ],
    [
      'and a key that we did not make: reported',
      rotationFacts({ user: managedUser(unwanted), keys: [key(strangeKey, '2026-01-01T00:00:00Z')] }),
      '2026-03-17T00:00:00Z',
      ['Foreign', []],
    ],
  ])('%s', (_, seen, now, expected) => {
    expect(look(seen, now)).toEqual(expected);
  });
});

test('a store that there is not blocks, and no key is touched', () => {
  const seen = rotationFacts({ user: managedUser({ 'iam-lifecycle:key-store': 'vault' }) });
  expect(look(seen, '2026-03-10T00:00:00Z')).toEqual(['Blocked', []]);
});

describe('a user whose key is kept in SSM', () => {
  const tags = {
    'iam-lifecycle:key-store': 'ssm',
    'iam-lifecycle:ssm-path': '/system_user/',
    'iam-lifecycle:ses-regions': 'us-east-1',
    'iam-lifecycle:owner': 'platform',
    Stage: 'dev',
  };
  const wish = { store: 'ssm', kmsKeyId: null, basePath: '/system_user', sesRegions: ['us-east-1'] };
  const stored = (more: Partial<RotationFacts> = {}) =>
    rotationFacts({
      user: managedUser(tags),
      keys: [key(currentKey, '2026-01-01T00:00:00Z')],
      secret: secretOf({ AWSCURRENT: currentKey }),
      ...more,
    });

  test('its first key is tested before it is stored, under the own tags and ours that says so', () => {
    const plan = planRotation(
      rotationFacts({ user: managedUser(tags) }),
      null,
      rotationRules,
      at('2026-03-10T00:00:00Z'),
    );
    expect(plan.steps).toMatchObject([
      {
        step: 'MintKey',
        storeIsPromote: true,
        parameters: { wish, replaces: null, tags: { 'iam-lifecycle:managed': 'true', Stage: 'dev' } },
      },
    ]);
    const [step] = plan.steps as readonly { parameters: { tags: object } }[];
    expect(Object.keys(step!.parameters.tags)).toEqual(['iam-lifecycle:managed', 'Stage']);
  });

  test('its next key replaces the current one in the same step, and the old one keeps its overlap', () => {
    const now = at('2026-03-10T00:00:00Z');
    const { at: phase, steps } = planRotation(stored(), null, rotationRules, now);
    expect(phase.phase).toBe('Due');
    expect(steps).toMatchObject([{ storeIsPromote: true, parameters: { replaces: currentKey } }]);
    const minted = {
      step: 'MintKey',
      keyId: nextKey,
      createdAt: now,
      secretArn: '/system_user/alice/credentials',
      isCurrent: true,
    } as const;
    const next = advanceRotation(stored(), steps[0]!, minted);
    expect(look(next, '2026-03-10T00:00:01Z')).toEqual(['Overlap', []]);
  });

  test('parameters that hold different keys are mended before anything else', () => {
    const torn = stored({ secret: { ...secretOf({ AWSCURRENT: currentKey }), isTorn: true } });
    const { at: phase, steps } = planRotation(torn, null, rotationRules, at('2026-03-10T00:00:00Z'));
    expect(phase).toEqual({ phase: 'Torn', keyId: currentKey });
    expect(steps).toMatchObject([{ step: 'MendParameters', keyId: currentKey }]);
    const mended = advanceRotation(torn, steps[0]!, { step: 'MendParameters' });
    expect(look(mended, '2026-01-10T00:00:00Z')).toEqual(['Settled', []]);
  });
});
