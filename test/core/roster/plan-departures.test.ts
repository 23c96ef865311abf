import { describe, expect, test } from '@jest/globals';
import { planRoster } from '../../../functions/core/roster/plan.js';
import type { SeenUser } from '../../../functions/core/roster/roster-facts.js';
import type { RosterUser } from '../../../functions/core/roster/roster.js';
import {
  facts,
  findingTexts,
  idOf,
  now,
  operator,
  ownTags,
  planTexts,
  reconciler,
  roster,
  seenUser,
  wanted,
} from '../../support/roster.js';

const plan = (users: readonly RosterUser[], seen: readonly SeenUser[], rules = operator) =>
  planRoster(roster({ users }), facts({ users: seen }), rules, now);
const tagged = (tags: Readonly<Record<string, string>>) => seenUser({}, { tags: ownTags('bob', tags) });
const unlisted = (since: string) => tagged({ 'iam-lifecycle:unlisted-since': since });

describe('a user that the roster does not ask for', () => {
  test.each(
    Object.entries<[RosterUser[], SeenUser, string[]]>({
      'and that it made is offboarded': [[], seenUser(), ['- user bob: Offboard']],
      'since its entry is disabled is offboarded': [
        [wanted({ enabled: false })],
        seenUser(),
        ['- user bob: Offboard'],
      ],
      'and whose disabled entry builds its name by a label is offboarded': [
        [wanted({ name: '', enabled: false })],
        seenUser(),
        ['- user bob: Offboard'],
      ],
      'and that is offboarded already needs nothing': [
        [],
        tagged({ 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00.000Z' }),
        [],
      ],
      'and that was made through the API is left alone': [[], tagged({ 'iam-lifecycle:origin': 'api' }), []],
      'and that was adopted is left alone': [[], tagged({ 'iam-lifecycle:origin': 'adopted' }), []],
      'and that is not managed is left alone': [[], tagged({ 'iam-lifecycle:managed': 'false' }), []],
      'and that lives elsewhere is left alone': [[], seenUser({}, { path: '/' }), []],
      'but for its case is not offboarded': [[wanted({ name: 'BOB' as never })], seenUser(), []],
      'in one entry and asks for in another stays': [[wanted(), wanted({ enabled: false })], seenUser(), []],
    }),
  )('%s', (_, [users, seen, texts]) => {
    expect(planTexts(plan(users, [seen]))).toEqual(texts);
  });

  test('leaves through the quarantine, with the reason', () => {
    const reason = 'the roster no longer names the user';
    const user = { name: 'bob', id: idOf('bob') };
    expect(plan([], [seenUser()]).changes).toEqual([
      {
        action: 'delete',
        subject: { kind: 'user', name: 'bob' },
        steps: [{ step: 'Offboard', user, quarantineMs: null, reason }],
        reasons: [reason],
      },
    ]);
  });

  test('leaves at once where its tag says so', () => {
    const [change] = plan(
      [wanted({ enabled: false })],
      [tagged({ 'iam-lifecycle:force-destroy': 'true' })],
    ).changes;
    expect(change!.steps).toMatchObject([
      { step: 'Offboard', quarantineMs: 0, reason: 'the roster has the user disabled' },
    ]);
  });
});

describe('a function that misses a user in the roster', () => {
  test.each(
    Object.entries<[SeenUser, string[]]>({
      'writes that down at the first look': [
        seenUser(),
        ['~ user bob: TagUser {"iam-lifecycle:unlisted-since":"2026-03-10T12:00:00.000Z"}'],
      ],
      'waits while the two looks are less than the settle time apart': [
        unlisted('2026-03-10T11:58:00.001Z'),
        [],
      ],
      'lets it go once they are the settle time apart': [
        unlisted('2026-03-10T11:58:00.000Z'),
        ['- user bob: Offboard'],
      ],
      'waits where the first look lies ahead': [unlisted('2026-03-11T00:00:00.000Z'), []],
      'writes it down anew where what is written is no instant': [
        unlisted('yesterday'),
        ['~ user bob: TagUser {"iam-lifecycle:unlisted-since":"2026-03-10T12:00:00.000Z"}'],
      ],
    }),
  )('%s', (_, [seen, texts]) => {
    expect(planTexts(plan([], [seen], reconciler))).toEqual(texts);
  });

  test('takes the mark off when the roster names it again', () => {
    const made = plan([wanted()], [unlisted('2026-03-01T00:00:00.000Z')], reconciler);
    expect(planTexts(made)).toEqual(['~ user bob: UntagUser iam-lifecycle:unlisted-since']);
    expect(made.changes[0]!.reasons).toEqual(['the roster names bob again']);
  });

  test('is not stopped by the brake from marking any number, and is from letting them go', () => {
    const first = Array.from({ length: 30 }, (_, index) => seenUser({}, { name: `u${index}` as never }));
    expect(plan([], first, reconciler).changes).toHaveLength(30);
    const second = first.map(({ user }) =>
      seenUser({}, { ...user, tags: { ...user.tags, 'iam-lifecycle:unlisted-since': '2026-03-01' } }),
    );
    const made = plan([], second, reconciler);
    expect(made.changes).toEqual([]);
    expect(made.findings).toHaveLength(1);
  });
});

const team = (count: number) =>
  Array.from({ length: count }, (_, index) => `user${String(index).padStart(3, '0')}`);

const seenTeam = (count: number) => team(count).map((name) => seenUser({}, { name: name as never }));
const staying = (count: number, gone: number) =>
  team(count)
    .slice(gone)
    .map((name) => wanted({ name: name as never }));

describe('the blast brake', () => {
  test.each([
    [1, 1, null, 1],
    [9, 1, null, 1],
    [9, 2, null, 0],
    [19, 2, null, 0],
    [20, 2, null, 2],
    [29, 3, null, 0],
    [30, 3, null, 3],
    [100, 10, null, 10],
    [100, 11, null, 0],
    [100, 11, 10, 0],
    [100, 11, 11, 11],
    [100, 11, 12, 11],
    [100, 10, 0, 10],
  ])('with %i users, %i to go and %p allowed lets %i go', (users, gone, allowDestroy, leaving) => {
    const made = plan(staying(users, gone), seenTeam(users), { ...operator, allowDestroy });
    expect(made.changes.map(({ action }) => action)).toEqual(Array(leaving).fill('delete'));
    expect(made.findings.map(({ kind }) => kind)).toEqual(leaving === gone ? [] : ['BlastBrake']);
  });

  test('says how many and what to pass, and stops nothing else', () => {
    const made = plan([wanted({ name: 'newcomer' as never }), ...staying(20, 5)], seenTeam(20));
    expect(planTexts(made)).toEqual(['+ user newcomer: CreateUser']);
    expect(findingTexts(made)).toEqual([
      'BlastBrake user *: 5 users would leave at once and at most 2 of 20 may: none does; where it is meant, pass `--allow-destroy 5`',
    ]);
  });

  test('counts the users that the roster made, and no others', () => {
    const others = Array.from({ length: 50 }, (_, index) =>
      seenUser({}, { name: `api${index}` as never, tags: ownTags('x', { 'iam-lifecycle:origin': 'api' }) }),
    );
    expect(plan(staying(10, 2), [...seenTeam(10), ...others]).changes).toEqual([]);
  });

  test('goes by name, whatever the order in which they were seen', () => {
    const made = plan(staying(30, 3), seenTeam(30).toReversed());
    expect(planTexts(made)).toEqual([
      '- user user000: Offboard',
      '- user user001: Offboard',
      '- user user002: Offboard',
    ]);
  });
});
