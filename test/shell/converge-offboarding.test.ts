import { expect, test } from '@jest/globals';
import type { OffboardingFacts } from '../../functions/core/facts.js';
import type { OffboardingRequest } from '../../functions/core/offboarding.js';
import { convergeOffboarding } from '../../functions/shell/converge-offboarding.js';
import { aliceName, at, denyAllArn, managedUser, offboardingFacts } from '../support/account.js';
import { StubClock } from '../support/clock.js';
import { recordingJournal } from '../support/journal.js';
import { mockClients } from '../support/mock-clients.js';
import { offboardAt, offboardingRules, restoreAt } from '../support/offboarding.js';

const now = at('2026-03-10T00:00:00Z');

const contained = offboardingFacts({
  user: managedUser({
    'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.000Z',
    'iam-lifecycle:purge-after': '2026-03-31T00:00:00.000Z',
    'iam-lifecycle:deactivated-credentials': 'APKA1',
  }),
  policyArns: [denyAllArn],
  credentials: [
    { kind: 'ssh-key', id: 'APKA1', status: 'Inactive' },
    { kind: 'ssh-key', id: 'APKA2', status: 'Inactive' },
    { kind: 'service-credential', id: 'ACCA1', status: 'Expired' },
  ],
});

/** What is noted on the way, where IAM takes every step. */
async function notesOf(seen: OffboardingFacts, request: OffboardingRequest): Promise<string[]> {
  const { clients, iam } = mockClients();
  iam.reset().onAnyCommand().resolves({});
  const journal = recordingJournal();
  const runner = { functionName: 'offboard', clients, clock: new StubClock(now), journal };
  const lease = { keep: () => undefined };
  await convergeOffboarding(seen, aliceName, request, lease, { ...runner, rules: offboardingRules });
  return journal.lines.filter((line) => line.startsWith('note'));
}

test('a return says which credentials it leaves Inactive', async () => {
  expect(await notesOf(contained, restoreAt(at('2026-03-09T00:00:00Z')))).toEqual([
    'note these credentials stay Inactive after the return {"userName":"alice","credentials":"APKA2"}',
  ]);
});

test('a return that leaves none says nothing', async () => {
  const seen = { ...contained, credentials: contained.credentials.slice(0, 1) };
  expect(await notesOf(seen, restoreAt(at('2026-03-09T00:00:00Z')))).toEqual([]);
});

test('a departure says that a password is lost, and nothing where there was none', async () => {
  const employed = offboardingFacts({ hasLoginProfile: true });
  expect(await notesOf(employed, offboardAt(now))).toEqual([
    'note a password cannot be restored {"userName":"alice"}',
  ]);
  expect(await notesOf(offboardingFacts(), offboardAt(now))).toEqual([]);
});
