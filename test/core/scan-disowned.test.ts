import { expect, test } from '@jest/globals';
import { planScan } from '../../functions/core/scan.js';
import { type Life, accountOf, scanRules, scannedAt } from '../support/scan.js';

const untagged = { 'iam-lifecycle:managed': 'no' };

test.each<[string, Life, boolean]>([
  ['a user of ours', {}, false],
  ['one that lost the tag that makes it ours', { tags: untagged }, true],
  ['one of another path that carries tags of ours', { tags: untagged, path: '/others/' }, false],
])('%s is told of where somebody took it from us', (_, life, isTold) => {
  const { findings, hints } = planScan(accountOf({ name: 'bob', ...life }), scanRules, scannedAt);
  const why =
    'it has tags of ours and not iam-lifecycle:managed=true: its key is rotated no more, and it cannot leave';
  expect(findings).toEqual(isTold ? [{ kind: 'Disowned', userName: 'bob', why }] : []);
  expect(hints).toEqual([]);
});

test('a user under our path without a tag of ours is nobody that we know', () => {
  const { users, ...account } = accountOf({ name: 'bob' });
  const bare = users.map(({ user, policyArns }) => ({
    user: { ...user, tags: { Team: 'x', 'iam-lifecycle:managed': 'maybe' } },
    policyArns,
  }));
  expect(planScan({ ...account, users: bare }, scanRules, scannedAt).findings).toEqual([]);
});

test('an adopted user that lost the tag is told of too', () => {
  const arn = 'arn:aws:iam::123456789012:user/lifecycle/bob';
  const rules = { ...scanRules, adoptedArns: [arn] };
  const account = accountOf({ name: 'bob', tags: untagged, path: '/others/' });
  expect(planScan(account, rules, scannedAt).findings).toMatchObject([{ kind: 'Disowned' }]);
});
