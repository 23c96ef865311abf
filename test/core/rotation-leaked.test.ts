import { describe, expect, test } from '@jest/globals';
import type { RotationFacts } from '../../functions/core/facts.js';
import { planReturn } from '../../functions/core/leaving.js';
import { planRotation } from '../../functions/core/rotation.js';
import type { RotationRequest } from '../../functions/core/rotation-phase.js';
import { defaultWindows } from '../../functions/core/windows.js';
import {
  at,
  boundaryArn,
  currentKey,
  denyAllArn,
  key,
  managedUser,
  nextKey,
  offboardingFacts,
  oldKey,
  rotationFacts,
  secretOf,
  stepText,
  strangeKey,
} from '../support/account.js';

const rules = { userPath: '/lifecycle/', adoptedArns: [], windows: defaultWindows };
const now = at('2026-03-10T12:00:00Z');
const off = { status: 'Inactive' } as const;
const intent = { 'iam-lifecycle:mint-intent': '2026-02-01T00:00:00.000Z' };
const leakOf = (id: string, instant = '2026-03-10T11:00:00.000Z') => ({
  [`iam-lifecycle:leaked/${id.toLowerCase()}`]: instant,
});

const leaked = (more: Partial<RotationFacts> = {}, tags: Readonly<Record<string, string>> = {}) =>
  rotationFacts({
    user: managedUser({ ...intent, ...leakOf(currentKey), ...tags }),
    keys: [key(currentKey, '2026-02-01T00:00:00Z', off)],
    secret: secretOf({ AWSCURRENT: currentKey }),
    ...more,
  });

function plan(seen: RotationFacts, request: RotationRequest | null = null, instant = now) {
  const { at: phase, steps, why } = planRotation(seen, request, rules, instant);
  return { phase: phase.phase, steps: steps.map(stepText), why };
}

describe('a leaked current key is no key at all', () => {
  test('its successor is minted at once, however young it is', () => {
    expect(plan(leaked())).toMatchObject({ phase: 'Unkeyed', steps: ['MintKey'] });
  });

  test('it is out of use before anything else is done', () => {
    const seen = leaked({ keys: [key(currentKey, '2026-02-01T00:00:00Z')] });
    expect(plan(seen)).toMatchObject({ phase: 'Leaked', steps: [`DeactivateKey ${currentKey}`] });
  });

  test.each([
    ['Active', {}],
    ['Inactive', off],
  ])('its predecessor, %s, makes room: everybody has to read anew anyhow', (_, status) => {
    const seen = leaked({
      keys: [key(oldKey, '2026-01-01T00:00:00Z', status), key(currentKey, '2026-02-01T00:00:00Z', off)],
      secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
    });
    expect(plan(seen)).toMatchObject({ phase: 'Unkeyed', steps: [`DeleteKey ${oldKey}`] });
  });

  test('of two leaked keys the older makes room', () => {
    const seen = leaked(
      {
        keys: [key(currentKey, '2026-02-01T00:00:00Z', off), key(oldKey, '2026-01-01T00:00:00Z', off)],
        secret: secretOf({ AWSCURRENT: currentKey, AWSPREVIOUS: oldKey }),
      },
      leakOf(oldKey),
    );
    expect(plan(seen).steps).toEqual([`DeleteKey ${oldKey}`]);
  });

  test("it makes room itself where a stranger's key takes the other slot: that one is never touched", () => {
    const seen = leaked({
      keys: [key(strangeKey, '2026-01-01T00:00:00Z'), key(currentKey, '2026-02-01T00:00:00Z', off)],
    });
    expect(plan(seen).steps).toEqual([`DeleteKey ${currentKey}`]);
  });

  test('after the tombstone nothing is minted', () => {
    const seen = leaked({}, { 'iam-lifecycle:offboarded-at': '2026-03-10T11:30:00.000Z' });
    expect(plan(seen)).toMatchObject({ phase: 'Offboarded', steps: [] });
  });
});

describe('a leaked predecessor', () => {
  const kept = leaked({
    keys: [key(currentKey, '2026-02-01T00:00:00Z', off), key(nextKey, '2026-03-10T11:05:00Z')],
    secret: secretOf({ AWSCURRENT: nextKey, AWSPREVIOUS: currentKey }),
  });

  test('is kept as evidence for the quarantine of seven days, then deleted', () => {
    expect(plan(kept, null, at('2026-03-17T10:59:59Z'))).toMatchObject({ phase: 'Leaked', steps: [] });
    expect(plan(kept, null, at('2026-03-17T11:00:00Z')).steps).toEqual([`DeleteKey ${currentKey}`]);
  });

  test('is never made Active again, and who asks is told', () => {
    const { phase, steps, why } = plan(kept, { kind: 'reactivate', at: now });
    expect([phase, steps]).toEqual(['Blocked', []]);
    expect(why).toContain(`${currentKey} leaked: it is never made Active again`);
  });

  test('goes at once in an emergency', () => {
    expect(plan(kept, { kind: 'emergency', at: now }).steps).toEqual([`DeleteKey ${currentKey}`]);
  });

  test('that was not made here stays, and takes its slot like any other', () => {
    const seen = leaked({ ...kept, secret: secretOf({ AWSCURRENT: nextKey }) });
    expect(plan(seen)).toMatchObject({ phase: 'Foreign', steps: [] });
  });

  test('whose record cannot be read is for a person', () => {
    const user = managedUser({ ...intent, ...leakOf(currentKey, 'last week') });
    expect(plan({ ...kept, user })).toMatchObject({ phase: 'Blocked', steps: [] });
  });

  test('leaves its record until its sessions have run out too', () => {
    const gone = { ...kept, keys: [key(nextKey, '2026-03-10T11:05:00Z')] };
    expect(plan(gone, null, at('2026-03-11T23:01:00Z'))).toMatchObject({ phase: 'Settled', steps: [] });
    expect(plan(gone, null, at('2026-03-11T23:02:00Z'))).toMatchObject({
      phase: 'Settled',
      steps: ['UntagUser'],
    });
  });
});

test('a leaked pending key is thrown away', () => {
  const seen = leaked({
    keys: [key(currentKey, '2026-02-01T00:00:00Z'), key(nextKey, '2026-03-10T11:59:00Z', off)],
    secret: secretOf({ AWSCURRENT: currentKey, AWSPENDING: nextKey }),
    user: managedUser({ ...intent, ...leakOf(nextKey) }),
  });
  expect(plan(seen).steps).toEqual([`DeleteKey ${nextKey}`, `ClearPending iam-access-key-${nextKey}`]);
});

function returning(tags: Readonly<Record<string, string>>): string[] {
  const user = managedUser({ ...leakOf(currentKey), ...tags });
  const seen = offboardingFacts({
    user,
    keys: [key(currentKey, '2026-02-01T00:00:00Z', off)],
    secret: secretOf({ AWSCURRENT: currentKey }),
    policyArns: [denyAllArn],
  });
  return planReturn(seen, user, boundaryArn).map(stepText);
}

describe('somebody comes back whose key leaked', () => {
  test('without that key', () => {
    expect(returning({})).toEqual([`DetachPolicy ${denyAllArn}`]);
  });

  test('and denied still, while the answer to the leak is not done', () => {
    expect(returning({ 'iam-lifecycle:leak-denied': 'true' })).toEqual([]);
  });
});
