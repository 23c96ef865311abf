import { describe, expect, test } from '@jest/globals';
import type { KeyFacts, RotationFacts } from '../../functions/core/facts.js';
import type { RotationPhase } from '../../functions/core/rotation-phase.js';
import { planRotation } from '../../functions/core/rotation.js';
import {
  at,
  currentKey,
  key,
  managedUser,
  nextKey,
  rotationFacts,
  secretOf,
  stepTexts,
  strangeKey,
  used,
} from '../support/account.js';
import { rotationRules } from '../support/windows.js';

type Case = [seen: RotationFacts, now: string, phase: RotationPhase['phase'], steps: string[], why?: RegExp];

/** What the planner says, in the form of a row: the reason where the user is Blocked, else why. */
function look(seen: RotationFacts, now: string): [phase: string, steps: string[], why: string] {
  const plan = planRotation(seen, null, rotationRules, at(now));
  return [plan.at.phase, stepTexts(plan), plan.at.phase === 'Blocked' ? plan.at.reason : plan.why];
}

/** The intent of 2 March, 00:00:00, and keys that may or may not have come of it. */
const intent = { 'iam-lifecycle:mint-intent': '2026-03-02T00:00:00Z' };
const withUnknown = (...unknown: KeyFacts[]) =>
  rotationFacts({
    user: managedUser(intent),
    keys: [key(currentKey, '2026-01-01T00:00:00Z'), ...unknown],
    secret: secretOf({ AWSCURRENT: currentKey }),
  });
/** A current key, and an unknown one that was made a second after the intent. */
const besideStored = (createdAt: string, intentAt: string) =>
  rotationFacts({
    user: managedUser({ 'iam-lifecycle:mint-intent': intentAt }),
    keys: [key(currentKey, createdAt), unknown('2026-03-02T00:00:01Z')],
    secret: secretOf({ AWSCURRENT: currentKey }),
  });
const unknown = (createdAt: string, lastUse: KeyFacts['lastUse'] = 'never', id = strangeKey) =>
  key(id, createdAt, { lastUse });
const stranded: [RotationPhase['phase'], string[]] = ['Stranded', [`DeleteKey ${strangeKey}`]];

describe('a key in no version', () => {
  test.each(
    Object.entries<Case>({
      'made right after our intent, one millisecond before it settles: wait': [
        withUnknown(unknown('2026-03-02T00:00:01Z')),
        '2026-03-02T00:02:00.999Z',
        'Stranded',
        [],
      ],
      'made right after our intent, settled: nobody holds its secret': [
        withUnknown(unknown('2026-03-02T00:00:01Z')),
        '2026-03-02T00:02:01Z',
        ...stranded,
      ],
      'made by a clock 59 seconds behind ours': [
        withUnknown(unknown('2026-03-01T23:59:01Z')),
        '2026-03-02T00:10:00Z',
        ...stranded,
      ],
      'made a minute before our intent': [
        withUnknown(unknown('2026-03-01T23:59:00Z')),
        '2026-03-02T00:10:00Z',
        'Blocked',
        [],
        /AKIASTRANGE000000001, which we did not make, takes the second slot/,
      ],
      'made five minutes after our intent': [
        withUnknown(unknown('2026-03-02T00:05:00Z')),
        '2026-03-02T00:10:00Z',
        ...stranded,
      ],
      'made more than five minutes after our intent': [
        withUnknown(unknown('2026-03-02T00:05:01Z')),
        '2026-03-02T00:10:00Z',
        'Blocked',
        [],
        /which we did not make/,
      ],
      'used by our own test alone: sts, within the hour': [
        withUnknown(unknown('2026-03-02T00:00:01Z', used('sts', '2026-03-02T01:00:01Z'))),
        '2026-03-02T02:00:00Z',
        ...stranded,
      ],
      'used by sts later than any test of ours': [
        withUnknown(unknown('2026-03-02T00:00:01Z', used('sts', '2026-03-02T01:00:02Z'))),
        '2026-03-02T02:00:00Z',
        'Blocked',
        [],
      ],
      'used by another service': [
        withUnknown(unknown('2026-03-02T00:00:01Z', used('s3', '2026-03-02T00:00:02Z'))),
        '2026-03-02T02:00:00Z',
        'Blocked',
        [],
      ],
      'whose last use could not be read': [
        withUnknown(unknown('2026-03-02T00:00:01Z', 'unread')),
        '2026-03-02T02:00:00Z',
        'Blocked',
        [],
      ],
      'in the window of a stored key: the intent has its key already': [
        rotationFacts({
          user: managedUser(intent),
          keys: [key(currentKey, '2026-03-02T00:00:01Z'), unknown('2026-03-02T00:00:02Z')],
          secret: secretOf({ AWSCURRENT: currentKey }),
        }),
        '2026-03-02T02:00:00Z',
        'Foreign',
        [],
      ],
      'beside a key stored a second before the intent: that is no answer to it': [
        besideStored('2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z'),
        '2026-03-02T02:00:00Z',
        ...stranded,
      ],
      'beside a key stored 40 seconds before the intent': [
        besideStored('2026-03-01T23:59:20Z', '2026-03-02T00:00:00Z'),
        '2026-03-02T02:00:00Z',
        ...stranded,
      ],
      'beside a key stored in the second of the intent: that is its answer': [
        besideStored('2026-03-02T00:00:00Z', '2026-03-02T00:00:00.999Z'),
        '2026-03-02T02:00:00Z',
        'Foreign',
        [],
      ],
      'beside a key stored five minutes after the intent: that is its answer': [
        besideStored('2026-03-02T00:05:00Z', '2026-03-02T00:00:00Z'),
        '2026-03-02T02:00:00Z',
        'Foreign',
        [],
      ],
      'without any intent': [
        rotationFacts({
          keys: [key(currentKey, '2026-01-01T00:00:00Z'), unknown('2026-02-01T00:00:00Z')],
          secret: secretOf({ AWSCURRENT: currentKey }),
        }),
        '2026-02-02T00:00:00Z',
        'Foreign',
        [],
        /reported and never touched/,
      ],
      'beside an intent that is no instant': [
        rotationFacts({
          user: managedUser({ 'iam-lifecycle:mint-intent': 'soon' }),
          keys: [key(currentKey, '2026-01-01T00:00:00Z'), unknown('2026-02-01T00:00:00Z')],
          secret: secretOf({ AWSCURRENT: currentKey }),
        }),
        '2026-02-02T00:00:00Z',
        'Foreign',
        [],
      ],
    }),
  )('%s', (_, [seen, now, phase, steps, why = /./]) => {
    expect(look(seen, now)).toEqual([phase, steps, expect.stringMatching(why)]);
  });

  test('two unknown keys in one intent’s window are both foreign', () => {
    const seen = rotationFacts({
      user: managedUser(intent),
      keys: [unknown('2026-03-02T00:00:01Z'), unknown('2026-03-02T00:00:02Z', 'never', nextKey)],
      secret: null,
    });
    expect(look(seen, '2026-03-02T02:00:00Z')).toEqual([
      'Blocked',
      [],
      expect.stringMatching(/no key is current, and AKIASTRANGE.* and AKIANEXT/),
    ]);
  });

  test('a stranger without a current key does not keep the user from its own', () => {
    const seen = rotationFacts({
      keys: [unknown('2026-02-01T00:00:00Z', used('s3', '2026-02-01T00:00:00Z'))],
    });
    expect(look(seen, '2026-03-01T00:00:00Z').slice(0, 2)).toEqual(['Unkeyed', ['MintKey']]);
  });

  test('Foreign names the keys', () => {
    const seen = rotationFacts({
      keys: [key(currentKey, '2026-01-01T00:00:00Z'), unknown('2026-01-02T00:00:00Z')],
      secret: secretOf({ AWSCURRENT: currentKey }),
    });
    expect(planRotation(seen, null, rotationRules, at('2026-01-03T00:00:00Z')).at).toEqual({
      phase: 'Foreign',
      keyIds: [strangeKey],
    });
  });
});

describe('a user that is not to be touched', () => {
  const due = {
    keys: [key(currentKey, '2025-01-01T00:00:00Z')],
    secret: secretOf({ AWSCURRENT: currentKey }),
  };
  const now = '2026-03-01T00:00:00Z';
  const withStranger = (tags: Record<string, string>) =>
    rotationFacts({
      ...due,
      user: managedUser(tags),
      keys: [...due.keys, key(strangeKey, '2026-01-01T00:00:00Z')],
    });

  test.each(
    Object.entries<Case>({
      'with the tombstone': [
        rotationFacts({
          ...due,
          user: managedUser({ 'iam-lifecycle:offboarded-at': '2026-02-01T00:00:00Z' }),
        }),
        now,
        'Offboarded',
        [],
      ],
      'with a tombstone that is no instant': [
        rotationFacts({ ...due, user: managedUser({ 'iam-lifecycle:offboarded-at': '' }) }),
        now,
        'Offboarded',
        [],
      ],
      'outside of our path': [
        rotationFacts({ ...due, user: managedUser({}, { path: '/' }) }),
        now,
        'Blocked',
        [],
        /not under \/lifecycle\//,
      ],
      'below a path that only begins like ours': [
        rotationFacts({ ...due, user: managedUser({}, { path: '/lifecycle-test/' }) }),
        now,
        'Blocked',
        [],
      ],
      'without our tag': [
        rotationFacts({ ...due, user: managedUser({ 'iam-lifecycle:managed': 'false' }) }),
        now,
        'Blocked',
        [],
        /iam-lifecycle:managed=true/,
      ],
      'whose current key somebody deactivated': [
        rotationFacts({ ...due, keys: [key(currentKey, '2025-01-01T00:00:00Z', { status: 'Inactive' })] }),
        now,
        'Blocked',
        [],
        /the current key AKIACURRENT000000001 is Inactive/,
      ],
      'whose current key has expired': [
        rotationFacts({ ...due, keys: [key(currentKey, '2025-01-01T00:00:00Z', { status: 'Expired' })] }),
        now,
        'Blocked',
        [],
        /is Expired/,
      ],
      'whose secret is scheduled for deletion: that first': [
        rotationFacts({ ...due, secret: secretOf({ AWSCURRENT: currentKey }, at(now)) }),
        now,
        'Withdrawn',
        ['RestoreSecret'],
      ],
      'whose key is due, exempt for another millisecond': [
        rotationFacts({
          ...due,
          user: managedUser({ 'iam-lifecycle:exempt-until': '2026-03-01T00:00:00.001Z' }),
        }),
        now,
        'Exempt',
        [],
      ],
      'whose exemption ends now': [
        rotationFacts({ ...due, user: managedUser({ 'iam-lifecycle:exempt-until': now }) }),
        now,
        'Due',
        ['MintKey'],
      ],
      'whose key is due and exempt, beside a stranger': [
        withStranger({ 'iam-lifecycle:exempt-until': '2026-03-01T00:00:00.001Z' }),
        now,
        'Exempt',
        [],
      ],
      'whose exemption ends now, beside a stranger': [
        withStranger({ 'iam-lifecycle:exempt-until': now }),
        now,
        'Blocked',
        [],
        /takes the second slot/,
      ],
      'whose exemption cannot be read, beside a stranger': [
        withStranger({ 'iam-lifecycle:exempt-until': 'for ever' }),
        now,
        'Blocked',
        [],
        /the tag iam-lifecycle:exempt-until is "for ever"/,
      ],
      'whose exemption cannot be read': [
        rotationFacts({ ...due, user: managedUser({ 'iam-lifecycle:exempt-until': 'for ever' }) }),
        now,
        'Blocked',
        [],
        /the tag iam-lifecycle:exempt-until is "for ever"/,
      ],
    }),
  )('%s', (_, [seen, now, phase, steps, why = /./]) => {
    expect(look(seen, now)).toEqual([phase, steps, expect.stringMatching(why)]);
  });
});
