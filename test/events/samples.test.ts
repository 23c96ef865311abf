import { describe, expect, test } from '@jest/globals';
import { validHttp } from './http-samples.js';
import { invalidLeaks, validLeaks } from './leak-samples.js';
import {
  type Seen,
  type ValidSample,
  policies,
  purgeMinute,
  run,
  sampleFiles,
  statuses,
  tagOf,
  waiting,
} from './sample-run.js';

const rotation = ['TagUser', 'CreateAccessKey', 'PutSecretValue', 'UpdateSecretVersionStage'];
const containment = ['TagUser', 'AttachUserPolicy', 'TagUser', 'UpdateAccessKey'];

/** What a valid sample does: the calls that write, and what is so afterwards. */
const valid: Record<string, ValidSample> = {
  ...validHttp,
  ...validLeaks,
  'rotate/look': {
    writes: [],
    look: ({ failures, lines }) => [failures, lines],
    is: [0, 'outcome ci-deploy Settled after 0'],
  },
  'rotate/rotation-asked-for': {
    writes: rotation,
    look: ({ failures, account }) => [failures, statuses(account, 'ci-deploy')],
    is: [0, ['Active', 'Active']],
  },
  'rotate/emergency': {
    writes: [...rotation, 'UpdateAccessKey', 'DeleteAccessKey'],
    look: ({ failures, account }) => [failures, statuses(account, 'ci-deploy')],
    is: [0, ['deleted', 'Active']],
  },
  'rotate/reactivation-without-old-key': { writes: [], look: ({ failures }) => failures, is: 0 },
  'rotate/two-users': {
    writes: rotation.flatMap((call) => [call, call]),
    look: ({ account }) => ['ci-deploy', 'bob@example.com'].map((name) => statuses(account, name)),
    is: [
      ['Active', 'Active'],
      ['Active', 'Active'],
    ],
  },
  'rotate/user-not-yet-visible': {
    writes: [],
    look: ({ failures, account }) => [failures, waiting(account, 'rotate')[0]?.userName],
    is: [0, 'dora@example.com'],
  },
  'rotate/namesake': {
    writes: [],
    look: ({ failures, lines }) => [failures, lines],
    is: [0, 'outcome ci-deploy Namesake after 0'],
  },
  'rotate/offboarded-user': {
    writes: [],
    look: ({ account }) => statuses(account, 'anna@example.com'),
    is: ['Inactive'],
  },
  'offboard/user-offboarded': {
    writes: containment,
    look: ({ account }) => [
      statuses(account, 'bob@example.com'),
      policies(account, 'bob@example.com')?.includes('AWSDenyAll'),
      purgeMinute(account),
    ],
    is: [['Inactive'], true, '2026-04-01T10:00'],
  },
  'offboard/user-offboarded-with-id': {
    writes: containment,
    look: ({ account }) => statuses(account, 'bob@example.com'),
    is: ['Inactive'],
  },
  'offboard/user-offboarded-with-quarantine': {
    writes: containment,
    look: ({ account }) => purgeMinute(account),
    is: '2026-03-09T10:00',
  },
  'offboard/user-offboarded-at-once': {
    writes: containment,
    look: ({ account }) => [statuses(account, 'bob@example.com'), waiting(account, 'offboard').length],
    is: [['Inactive'], 1],
  },
  'offboard/namesake': {
    writes: [],
    look: ({ account }) => statuses(account, 'bob@example.com'),
    is: ['Active'],
  },
  'offboard/restore': {
    writes: ['TagUser', 'UpdateAccessKey', 'DetachUserPolicy', 'UntagUser'],
    look: ({ account }) => [
      statuses(account, 'anna@example.com'),
      tagOf(account, 'anna@example.com', 'offboarded-at'),
    ],
    is: [['Active'], undefined],
  },
  'offboard/nothing-to-restore': {
    writes: ['TagUser'],
    look: ({ account }) => tagOf(account, 'bob@example.com', 'restored-at'),
    is: '2026-03-02T09:30:00.000Z',
  },
  'offboard/purge-due': {
    writes: ['DeleteAccessKey', 'DetachUserPolicy', 'DeleteSecret', 'DeleteUser'],
    look: ({ account }) => account.truth.user('carl@example.com'),
    is: undefined,
  },
  'offboard/purge-not-yet-due': {
    writes: [],
    look: ({ account }) => statuses(account, 'anna@example.com'),
    is: ['Inactive'],
  },
  'offboard/absent-user': {
    writes: [],
    look: ({ failures, account }) => [failures, waiting(account, 'offboard').length],
    is: [0, 1],
  },
  ...validLeaks,
  'scan/scheduler-default': {
    writes: [],
    look: ({ result, account }) => [result, waiting(account, 'offboard').length],
    is: [
      { users: 5, managedUsers: 4, hints: 1, findings: 0, oldestKeyAgeSeconds: expect.closeTo(90_007, -1) },
      1,
    ],
  },
  'scan/scheduler-input': { writes: [], look: ({ account }) => waiting(account, 'offboard').length, is: 1 },
  'revoke/leaver': {
    writes: ['CreatePolicyVersion'],
    look: ({ failures, lines }) => [
      failures,
      lines.split('\n').filter((line) => line.includes('AdminRole')).length,
    ],
    is: [0, 2],
  },
};

const keptRoster = {
  writes: ['CreateUser', 'CreateUser', 'AttachUserPolicy'],
  look: ({ result, account }: Seen) => [
    result,
    policies(account, 'erin@example.com'),
    waiting(account, 'rotate').map(({ userName }) => userName),
  ],
  is: [
    { users: 2, kept: 2, held: 0, remaining: 0, findings: 0 },
    ['AssumeDataEngineerRolePolicy'],
    ['report-mailer'],
  ],
};
for (const occasion of ['scheduled', 'roster-changed', 'run-now'])
  valid[`reconcile/${occasion}`] = keptRoster;

/** A problem+json that names these fields. */
const problem = (status: number, ...fields: string[]) => ({
  type: 'application/problem+json',
  status,
  fields,
  writes: [],
});
/** One message goes back to its queue, and the journal says which field is wrong. */
const goesBack = (why: string) => ({ failures: 1, lines: expect.stringContaining(why), writes: [] });
/** The event is none of this function's: the invocation fails. */
const fails = (why: string) => ({ error: expect.stringContaining(why), writes: [] });

const taken = ['CreateUser: EntityAlreadyExistsException'];
const noQueueEvent = 'InvalidEvent: Records: ';
const noHttpEvent = 'InvalidEvent: rawPath: ';
const invalid: Record<string, object> = {
  'onboard/malformed-json': problem(400),
  'onboard/no-body': problem(400),
  'onboard/unknown-role': problem(400, 'roles.1'),
  'onboard/role-twice': problem(400, 'roles'),
  'onboard/roles-not-a-list': problem(400, 'roles'),
  'onboard/unknown-field': problem(400, 'password'),
  'onboard/too-long-name': problem(400, 'name'),
  'onboard/forbidden-character-in-name': problem(400, 'name'),
  'onboard/reserved-tag': problem(400, 'tags.iam-lifecycle:managed'),
  'onboard/name-taken': { ...problem(409), writes: taken },
  'onboard/name-taken-in-another-case': { ...problem(409), writes: taken },
  'onboard/wrong-method': problem(405),
  'onboard/wrong-media-type': problem(415),
  'onboard/change-without-if-match': problem(428),
  'onboard/change-of-another-state': problem(412),
  'onboard/change-of-a-leaver': problem(409),
  'onboard/change-of-nobody': problem(404),
  'onboard/change-of-an-unmanaged-user': problem(404),
  'onboard/change-to-an-unknown-role': problem(400, 'roles.1'),
  'onboard/change-of-a-reserved-tag': problem(400, 'tags.IAM-Lifecycle:exempt-until'),
  'onboard/change-of-the-owner': problem(400, 'owner'),
  'onboard/change-with-unknown-query': problem(400, 'dryRun'),
  'onboard/not-an-http-event': fails(noHttpEvent),
  'rotate/malformed-json': goesBack('InvalidEvent: the event: '),
  'rotate/missing-user-name': goesBack('InvalidEvent: userName: '),
  'rotate/too-long-name': goesBack('InvalidEvent: userName: '),
  'rotate/bad-instant': goesBack('InvalidEvent: sentAt: "yesterday" must be '),
  'rotate/unknown-request': goesBack('InvalidEvent: request.kind: '),
  'rotate/unknown-field': goesBack('InvalidEvent: the event: Unrecognized key: "force"'),
  'rotate/one-of-two': goesBack('InvalidEvent: userName: '),
  'rotate/no-records': fails(noQueueEvent),
  'offboard/malformed-json': goesBack('InvalidEvent: the event: '),
  'offboard/missing-user-name': goesBack('InvalidEvent: detail.userName: '),
  'offboard/too-long-name': goesBack('InvalidEvent: detail.userName: '),
  'offboard/bad-duration': goesBack('InvalidEvent: detail.quarantine: "30 days" must be '),
  'offboard/bad-time': goesBack('InvalidEvent: time: "02/03/2026" must be '),
  'offboard/decided-ahead': goesBack(
    'InvalidValue: time is "2026-03-02T10:01:01.000Z": it must be at most a minute ahead',
  ),
  'offboard/unknown-detail-type': goesBack('InvalidEvent: detail-type: '),
  'offboard/detail-as-text': goesBack('InvalidEvent: detail: '),
  'offboard/not-a-queue-event': fails(noQueueEvent),
  'revoke/malformed-json': goesBack('InvalidEvent: the event: '),
  'revoke/bad-instant': goesBack('InvalidEvent: before: "soon" must be '),
  'revoke/missing-user-id': goesBack('InvalidEvent: userId: '),
  'revoke/unknown-field': goesBack('InvalidEvent: the event: Unrecognized key: "role"'),
  'revoke/no-records': fails(noQueueEvent),
  ...invalidLeaks(goesBack, fails),
  'scan/other-source': fails('InvalidEvent: source: '),
  'scan/missing-source': fails('InvalidEvent: source: '),
  'scan/text': fails('InvalidEvent: the event: '),
  'reconcile/other-source': fails('InvalidEvent: source: '),
  'reconcile/missing-source': fails('InvalidEvent: source: '),
  'reconcile/text': fails('InvalidEvent: the event: '),
  'users/delete-with-bad-duration': problem(400, 'quarantine'),
  'users/bad-page': problem(400, 'next'),
  'users/list-with-unknown-parameter': problem(400, 'colour'),
  'users/plans-of-unknown-origin': problem(400, 'origin'),
  'users/two-idempotency-keys': problem(400, 'Idempotency-Key'),
  'users/rotate-with-unknown-kind': problem(400, 'kind'),
  'users/rotate-offboarded': problem(409),
  'users/restore-nobody-offboarded': problem(409),
  'users/create-where-users-are-shown': problem(405),
  'users/too-long-name': problem(400, 'name'),
  'users/forbidden-character-in-name': problem(400, 'name'),
  'users/delete-the-list': problem(405),
  'users/wrong-method': problem(405),
  'users/unknown-user': problem(404),
  'users/unknown-path': problem(404),
  'users/unmanaged-user': problem(404),
  'users/not-an-http-event': fails(noHttpEvent),
};

test('every sample has its row, and every row its sample', () => {
  const rows = [...Object.keys(valid), ...Object.keys(invalid).map((row) => row.replace('/', '/invalid/'))];
  expect(sampleFiles.toSorted()).toEqual(rows.map((row) => `${row}.json`).toSorted());
});

describe('a valid sample does what its name says', () => {
  test.each(Object.entries(valid))('%s', async (name, { writes, look, is }) => {
    const seen = await run(`${name}.json`);
    expect(seen.error).toBeUndefined();
    expect(seen.writes).toEqual(writes);
    expect(look(seen)).toEqual(is);
  });
});

describe('an invalid sample is refused and nothing is written', () => {
  test.each(Object.entries(invalid))('%s', async (name, refusal) => {
    expect(await run(`${name.replace('/', '/invalid/')}.json`)).toMatchObject(refusal);
  });
});
