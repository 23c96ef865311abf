import { describe, expect, test } from '@jest/globals';
import { type StepsNote, departureRecord, stepsForm } from '../../functions/core/departure-record.js';
import { type Snapshot, snapshotForm } from '../../functions/core/snapshot.js';
import { at } from '../support/account.js';

const look = (takenAt: string, more: Partial<Snapshot> = {}): Snapshot => ({
  form: snapshotForm,
  departedAt: '2026-03-01T00:00:00.000Z',
  takenAt,
  user: {
    name: 'ann',
    id: 'AIDA1',
    arn: 'arn:aws:iam::123456789012:user/lifecycle/ann',
    path: '/lifecycle/',
    createdAt: '2026-01-01T00:00:00.000Z',
    tags: { Roles: 'admin' },
    boundaryArn: null,
  },
  policyArns: [],
  groupNames: [],
  inlinePolicies: {},
  hasLoginProfile: false,
  keys: [],
  currentKeyId: null,
  credentials: [],
  mfaSerialNumbers: [],
  secretArns: [],
  ...more,
});
const end = {
  absentSince: at('2026-03-31T00:00:00Z'),
  absentAgainAt: at('2026-03-31T00:02:00Z'),
  secrets: [],
  late: { items: [], unread: [] },
  evidence: [],
};
const first = '2026-03-01T00:00:01.000Z';
const second = '2026-03-30T00:00:00.000Z';

describe('what was found', () => {
  test('is all of all looks, each thing with the look that first and last had it and the one that had it no more', () => {
    const looks = [
      look(first, { groupNames: ['readers', 'writers'], hasLoginProfile: true }),
      look(second, { groupNames: ['readers', 'admins'] }),
    ] as const;
    const gone = '2026-03-31T00:00:00.000Z';
    expect(departureRecord(looks, [], end).found).toEqual([
      {
        kind: 'login-profile',
        id: 'ann',
        isFromBefore: true,
        firstSeenAt: first,
        lastSeenAt: first,
        goneBy: second,
      },
      {
        kind: 'group',
        id: 'readers',
        isFromBefore: true,
        firstSeenAt: first,
        lastSeenAt: second,
        goneBy: gone,
      },
      {
        kind: 'group',
        id: 'writers',
        isFromBefore: true,
        firstSeenAt: first,
        lastSeenAt: first,
        goneBy: second,
      },
      {
        kind: 'group',
        id: 'admins',
        isFromBefore: false,
        firstSeenAt: second,
        lastSeenAt: second,
        goneBy: gone,
      },
    ]);
  });

  test('tells of no instant at which a secret was gone, since it remains', () => {
    const looks = [look(first, { secretArns: ['s'] })] as const;
    expect(departureRecord(looks, [], end).found).toMatchObject([{ kind: 'secret', goneBy: null }]);
  });

  test('tells a policy and an inline policy of one name apart', () => {
    const looks = [look(first, { policyArns: ['x'], inlinePolicies: { x: '{}' } })] as const;
    expect(departureRecord(looks, [], end).found.map(({ kind }) => kind)).toEqual([
      'policy',
      'inline-policy',
    ]);
  });
});

const note = (by: string, ...times: string[]): StepsNote => ({
  form: stepsForm,
  by,
  steps: times.map((time) => ({ at: time, step: 'DeleteKey', what: by })),
});

test('what was removed is in the order in which it was, whichever run said so', () => {
  const { removed } = departureRecord([look(first)], [note('b', '3', '4'), note('a', '1', '2')], end);
  expect(removed.map(({ at: time }) => time)).toEqual(['1', '2', '3', '4']);
});

const remainsOf = (more: Partial<typeof end>) =>
  departureRecord([look(first)], [], { ...end, ...more }).remains.map(
    ({ what, until }) => `${what} until ${until}`,
  );

describe('what remains', () => {
  const secret = { arn: 'arn:secret', stages: {} };

  test('a deleted secret for 30 days, and one that nobody deleted for ever', () => {
    const secrets = [
      { ...secret, deletedAt: at('2026-03-31T00:00:00Z') },
      { ...secret, deletedAt: null },
    ];
    expect(remainsOf({ secrets } as never).slice(0, 2)).toEqual([
      'the secret arn:secret, which can be restored until 2026-04-30T00:00:00.000Z',
      'the secret arn:secret, whose deletion nobody asked for until null',
    ]);
  });

  test.each([
    ['just before twelve hours have passed', '2026-03-01T11:59:59.999Z', true],
    ['when twelve hours have passed', '2026-03-01T12:00:00Z', false],
  ])('sessions of its roles, %s', (_, instant, isThere) => {
    const line =
      'sessions of roles that were assumed before the deny (roles: admin) until 2026-03-01T12:00:00.000Z';
    expect(remainsOf({ absentAgainAt: at(instant) }).includes(line)).toBe(isThere);
  });

  test('what the user did while it was leaving, and what of that could not be read', () => {
    const act = {
      service: 'iam',
      action: 'CreateRole',
      resources: ['backdoor'],
      firstAt: '2026-03-01T00:00:05.000Z',
      lastAt: '2026-03-01T00:00:05.000Z',
    };
    const late = { items: [act], unread: ['CloudTrail: AccessDenied'] };
    expect(departureRecord([look(first)], [], { ...end, late }).lateActs).toEqual([act]);
    expect(remainsOf({ late } as never)).toEqual(
      expect.arrayContaining([
        'unless somebody undid it, what the user did while it was leaving: iam CreateRole backdoor (2026-03-01T00:00:05.000Z) until null',
        'not looked at: CloudTrail: AccessDenied until null',
      ]),
    );
  });

  test.each([
    ['before', '2026-03-31T00:14:59.999Z', true],
    ['when', '2026-03-31T00:15:00Z', false],
  ])('what CloudTrail may tell later, %s 15 minutes have passed', (_, instant, isThere) => {
    const line = 'not looked at: what CloudTrail tells up to 15 minutes late until null';
    expect(remainsOf({ absentAgainAt: at(instant) }).includes(line)).toBe(isThere);
  });

  test('what nobody looked at, with the command that does', () => {
    expect(remainsOf({ absentAgainAt: at('2026-03-31T00:15:00Z') }).at(0)).toContain(
      '(iam-lifecycle review ann)',
    );
  });
});
