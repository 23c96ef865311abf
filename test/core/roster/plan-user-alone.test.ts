import { describe, expect, test } from '@jest/globals';
import type { UserName } from '../../../functions/core/names.js';
import type { SeenUser } from '../../../functions/core/roster/roster-facts.js';
import { denyAllArn } from '../../support/account.js';
import {
  adminPolicy,
  findingTexts,
  key,
  ownTags,
  planOf,
  planTexts,
  reconciler,
  seenUser,
  strayPolicy,
  wanted,
} from '../../support/roster.js';

describe('a user that is left alone', () => {
  const want = wanted({ roles: ['admin'], policyArns: [adminPolicy], key });
  test.each(
    Object.entries<[SeenUser, RegExp]>({
      'in another case': [seenUser({}, { name: 'Bob' as UserName }), /^Conflict .*taken by Bob/],
      'without our tag': [
        seenUser({}, { tags: { Name: 'bob' } }),
        /^Conflict .*not managed here.*iam-lifecycle adopt bob/,
      ],
      'under another path': [seenUser({}, { path: '/' }), /^Conflict .*under \/ and is not managed here/],
      'deeper than the roster says': [
        seenUser({}, { path: '/lifecycle/old/' }),
        /^Conflict .*under \/lifecycle\/old\/ and the roster says \/lifecycle\/:/,
      ],
      'made through the API': [
        seenUser({}, { tags: ownTags('bob', { 'iam-lifecycle:origin': 'api' }) }),
        /^Conflict .*made through the API/,
      ],
      'of unknown origin': [
        seenUser({}, { tags: { 'iam-lifecycle:managed': 'true' } }),
        /^Conflict .*origin unknown/,
      ],
      offboarded: [
        seenUser({}, { tags: ownTags('bob', { 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.000Z' }) }),
        /^Offboarding .*2026-03-01T00:00:00.000Z: restore it first/,
      ],
      'contained by a policy': [seenUser({ policyArns: [denyAllArn] }), /^Conflict .*with AWSDenyAll:/],
      'contained by its boundary': [seenUser({}, { boundaryArn: denyAllArn }), /^Conflict .*AWSDenyAll:/],
      'quarantined by AWS, which found its key': [
        seenUser({ policyArns: ['arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3'] }),
        /^Conflict .*AWSCompromisedKeyQuarantineV3:/,
      ],
    }),
  )('%s', (_, [seen, finding]) => {
    for (const rules of [undefined, reconciler]) {
      const plan = planOf(want, { users: [seen] }, rules);
      expect(plan.changes).toEqual([]);
      expect(findingTexts(plan)).toEqual([expect.stringMatching(finding)]);
    }
  });
});

describe('an adopted user that the roster names', () => {
  const tags = ownTags('bob', { 'iam-lifecycle:origin': 'adopted', 'iam-lifecycle:owner': 'team-a' });

  test('is operated as ours, with its own origin and owner', () => {
    const plan = planOf(wanted({ roles: ['admin'], policyArns: [adminPolicy] }), {
      users: [seenUser({ policyArns: [strayPolicy] }, { tags })],
    });
    expect(planTexts(plan)).toEqual([
      '~ user bob: AttachPolicy AssumeAdminRolePolicy, DetachPolicy AdministratorAccess',
    ]);
  });

  test('keeps the path that it had', () => {
    const plan = planOf(wanted(), { users: [seenUser({}, { tags, path: '/' })] });
    expect(plan).toMatchObject({ changes: [], findings: [] });
  });
});

test('what keeps the sessions of a leaked key out is not stray: it goes when they have run out', () => {
  const denySessions = 'arn:aws:iam::123456789012:policy/IamLifecycleDenySessions';
  const want = wanted({ roles: ['admin'], policyArns: [adminPolicy], key });
  const texts = (...more: string[]) =>
    planTexts(planOf(want, { users: [seenUser({ policyArns: [adminPolicy, ...more] })] }));
  expect(texts(strayPolicy).join('\n')).toContain('DetachPolicy');
  expect(texts(denySessions)).toEqual(texts());
});
