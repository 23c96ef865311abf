import { expect, test } from '@jest/globals';
import { planScan } from '../../functions/core/scan.js';
import { currentKey, denyAllArn, oldKey } from '../support/account.js';
import { type Life, accountOf, bothKeys, noneActive, scanRules, scannedAt } from '../support/scan.js';

const denySessions = 'arn:aws:iam::123456789012:policy/IamLifecycleDenySessions';
const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2';
const leakOf = (id: string, at: string) => ({ [`iam-lifecycle:leaked/${id.toLowerCase()}`]: at });

/** The scan looks at midnight of 10 March: a leak is 36 hours and the settle time old since 8 March, 11:58. */
test.each<[string, Life, string[]]>([
  [
    'a user that AWS quarantined',
    { policyArns: [quarantine] },
    ['respond AWS says that a key of the user leaked'],
  ],
  [
    'one that AWS quarantined and that was answered',
    { policyArns: [quarantine], tags: { 'iam-lifecycle:keys-suspected-at': '2026-01-01T00:00:00Z' } },
    [],
  ],
  [
    'one whose quarantine a person has lifted',
    { tags: { 'iam-lifecycle:keys-suspected-at': '2026-01-01T00:00:00Z' } },
    ["respond AWS's quarantine policy is gone from the user"],
  ],
  [
    'one that is denied for its leak',
    {
      policyArns: [denyAllArn],
      tags: { ...leakOf(currentKey, '2026-03-09T23:00:00Z'), 'iam-lifecycle:leak-denied': 'true' },
      row: noneActive,
    },
    ['rotate its current key leaked', 'respond the answer to a leaked key is not done'],
  ],
  [
    'one whose leaked key still has sessions, which are denied',
    {
      policyArns: [denySessions],
      labels: bothKeys,
      tags: leakOf(oldKey, '2026-03-08T11:58:01Z'),
    },
    [],
  ],
  [
    'one whose leaked key has none any more',
    {
      policyArns: [denySessions],
      labels: bothKeys,
      tags: leakOf(oldKey, '2026-03-08T11:58:00Z'),
    },
    ['respond the sessions of the leaked key have run out'],
  ],
  [
    'one whose leaked key may have sessions that nothing denies',
    { labels: bothKeys, tags: leakOf(oldKey, '2026-03-09T00:00:00Z') },
    ['respond sessions of a leaked key may live on'],
  ],
  [
    'one whose leaked key was kept for seven days',
    { labels: bothKeys, tags: leakOf(oldKey, '2026-03-03T00:00:00Z') },
    ['rotate the leaked key has been kept for long enough'],
  ],
  [
    'a leaver whose deny is also that of a leak',
    {
      policyArns: [denyAllArn],
      row: noneActive,
      tags: {
        'iam-lifecycle:offboarded-at': '2026-03-09T00:00:00Z',
        'iam-lifecycle:purge-after': '2026-04-09T00:00:00Z',
        'iam-lifecycle:leak-denied': 'true',
      },
    },
    [],
  ],
])('%s', (_, life, hints) => {
  const plan = planScan(accountOf(life), scanRules, scannedAt);
  expect(plan.hints.map(({ queue, why }) => `${queue} ${why}`)).toEqual(hints);
});

test('only AWS itself makes a suspect', () => {
  const [hint] = planScan(accountOf({ policyArns: [quarantine] }), scanRules, scannedAt).hints;
  expect(hint?.isSuspect).toBe(true);
});
