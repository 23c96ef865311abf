import { describe, expect, test } from '@jest/globals';
import { type Revocation, formatRevocations } from '../../../functions/core/revocation/document.js';
import {
  type Leaver,
  type RoleSessions,
  notRevoked,
  planRevocation,
} from '../../../functions/core/revocation/plan.js';
import { type UserName, parseRoleArn } from '../../../functions/core/names.js';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const nine = Date.UTC(2026, 0, 1, 9, 0);
const roleArn = parseRoleArn('arn:aws:iam::123456789012:role/AppRole');
const leaver: Leaver = { userName: 'ada', before: nine, since: nine };
const named = (userName: string, before: number): Revocation => ({
  who: { pin: 'session-name', userName },
  before,
});
const everybody = (before: number): Revocation => ({ who: null, before });

/** A role that demands the session name, and whose policy revokes nobody. Its sessions last four hours. */
function role(some: Partial<RoleSessions> = {}): RoleSessions {
  return {
    roleArn,
    roleId: 'AROAEXAMPLEEXAMPLE123',
    maxSessionMs: 4 * hourMs,
    verdict: { pin: 'session-name' },
    inForce: [],
    earlier: [],
    ...some,
  };
}
const unpinned = { verdict: { pin: null, why: 'demands nothing' } } as const;

const size = (revocations: readonly Revocation[]) =>
  JSON.stringify(formatRevocations('AROAEXAMPLEEXAMPLE123', revocations)).length;

describe('a role that demands the session name', () => {
  test("loses the leaver's sessions and nobody else's", () => {
    expect(planRevocation(role(), leaver, 'report', nine)).toEqual({
      revocations: [named('ada', nine)],
      outlook: {
        roleArn,
        revoked: 'user',
        why: 'the sessions of this user that began before 2026-01-01T09:00:00.000Z are denied everything',
        sessionsEndBy: null,
      },
    });
  });

  test('loses those of the minute that has begun', () => {
    const later = { ...leaver, before: nine + 1, since: nine + 1 };
    expect(planRevocation(role(), later, 'report', nine).revocations).toEqual([
      named('ada', nine + minuteMs),
    ]);
  });

  test('is not written to for the same message, nor for an older one', () => {
    const seen = role({ inForce: [named('Ada', nine)] });
    for (const since of [nine, nine - minuteMs]) {
      const plan = planRevocation(seen, { ...leaver, since, before: since }, 'report', nine + hourMs);
      expect(plan).toMatchObject({ revocations: null, outlook: { revoked: 'user' } });
    }
  });

  test('loses the sessions that began between two departures of one name', () => {
    const again = { userName: 'ada', before: nine + hourMs, since: nine + hourMs };
    const plan = planRevocation(role({ inForce: [named('ada', nine)] }), again, 'report', nine + hourMs);
    expect(plan.revocations).toEqual([named('ada', nine + hourMs)]);
  });

  test('is not written to where an earlier revocation will do', () => {
    const again = { userName: 'ada', before: nine + hourMs, since: nine };
    const plan = planRevocation(role({ inForce: [named('ada', nine)] }), again, 'report', nine + hourMs);
    expect(plan.revocations).toBeNull();
  });

  test('keeps who was revoked for as long as a session can last, and no longer', () => {
    const inForce = [named('bob', nine), named('eve', nine + minuteMs)];
    const later = { userName: 'ada', before: nine + 12 * hourMs, since: nine + 12 * hourMs };
    const plan = planRevocation(role({ inForce }), later, 'report', nine + 12 * hourMs);
    expect(plan.revocations).toEqual([named('eve', nine + minuteMs), named('ada', nine + 12 * hourMs)]);
  });

  test('is not written to for a revocation that has run out', () => {
    const inForce = [named('bob', nine - 20 * hourMs), named('ada', nine)];
    expect(planRevocation(role({ inForce }), leaver, 'report', nine).revocations).toBeNull();
  });

  test('gets back what a version that was made of a late look has lost', () => {
    const seen = role({
      inForce: [named('ada', nine)],
      earlier: [named('bob', nine), named('eve', nine - 13 * hourMs)],
    });
    const { revocations, outlook } = planRevocation(seen, leaver, 'report', nine);
    expect(revocations).toEqual([named('ada', nine), named('bob', nine)]);
    expect(outlook.revoked).toBe('user');
  });

  test('keeps the later of two revocations of one name, though the earlier comes behind', () => {
    const seen = role({ inForce: [named('bob', nine)], earlier: [named('Bob', nine - hourMs)] });
    expect(planRevocation(seen, leaver, 'report', nine).revocations).toEqual([
      named('bob', nine),
      named('ada', nine),
    ]);
  });

  test("forgets a name that everybody's revocation of the same instant includes", () => {
    const later = { userName: 'ada', before: nine + hourMs, since: nine + hourMs };
    const seen = role({ inForce: [everybody(nine), named('bob', nine)] });
    expect(planRevocation(seen, later, 'report', nine + hourMs).revocations).toEqual([
      everybody(nine),
      named('ada', nine + hourMs),
    ]);
  });

  test('says the oldest first', () => {
    const inForce = [named('eve', nine + minuteMs), named('bob', nine - minuteMs)];
    expect(planRevocation(role({ inForce }), leaver, 'report', nine).revocations).toEqual([
      named('bob', nine - minuteMs),
      named('ada', nine),
      named('eve', nine + minuteMs),
    ]);
  });

  test("has no need of a name where everybody's sessions were revoked as late", () => {
    const plan = planRevocation(role({ inForce: [everybody(nine)] }), leaver, 'report', nine);
    expect(plan).toMatchObject({ revocations: null, outlook: { revoked: 'role' } });
  });

  test('does not count a revocation by what is no longer demanded', () => {
    const inForce: Revocation[] = [{ who: { pin: 'source-identity', userName: 'ada' }, before: nine }];
    const plan = planRevocation(role({ inForce }), leaver, 'report', nine);
    expect(plan.revocations).toEqual([inForce[0], named('ada', nine)]);
  });
});

describe('a role that demands nothing', () => {
  test('is told of, with the instant at which the last session ends', () => {
    expect(planRevocation(role(unpinned), leaver, 'report', nine)).toEqual({
      revocations: null,
      outlook: {
        roleArn,
        revoked: 'no',
        why: 'its trust policy demands nothing',
        sessionsEndBy: Date.UTC(2026, 0, 1, 13, 0),
      },
    });
  });

  test('does not count a revocation by name, for the session may have had another', () => {
    const seen = role({ ...unpinned, inForce: [named('ada', nine)] });
    expect(planRevocation(seen, leaver, 'report', nine).outlook.revoked).toBe('no');
  });

  test("loses everybody's sessions where the configuration says so", () => {
    const seen = role({ ...unpinned, inForce: [named('bob', nine - minuteMs)] });
    expect(planRevocation(seen, leaver, 'role', nine)).toMatchObject({
      revocations: [everybody(nine)],
      outlook: {
        revoked: 'role',
        why: 'the sessions of everybody that began before 2026-01-01T09:00:00.000Z are denied everything',
        sessionsEndBy: null,
      },
    });
  });

  test("loses everybody's again where more of them began since", () => {
    const seen = role({ ...unpinned, inForce: [everybody(nine - hourMs)] });
    expect(planRevocation(seen, leaver, 'role', nine).revocations).toEqual([everybody(nine)]);
  });

  test('loses them once for the same message', () => {
    const seen = role({ ...unpinned, inForce: [everybody(nine)] });
    expect(planRevocation(seen, leaver, 'role', nine).revocations).toBeNull();
  });
});

describe('a policy that is full', () => {
  /** One a minute: each takes some 190 characters of 6,144. */
  const alone = Array.from({ length: 31 }, (_, index) =>
    named(`user-${index}`, nine - (31 - index) * minuteMs),
  );
  test('takes its names together, up to the latest instant of them', () => {
    expect(size([...alone, named('ada', nine)])).toBeGreaterThan(6144);
    const { revocations, outlook } = planRevocation(role({ inForce: alone }), leaver, 'report', nine);
    expect(revocations).toEqual([...alone.map(({ who }) => ({ who, before: nine })), named('ada', nine)]);
    expect(size(revocations!)).toBeLessThanOrEqual(6144);
    expect(outlook.revoked).toBe('user');
  });

  /** So many names that not even one statement has room for another: 66 of 87 characters, and two quotes and a comma each. */
  const crowd = Array.from({ length: 66 }, (_, index) => named(`${index}-`.padEnd(64, 'x'), nine));

  test('takes a newcomer for whom there is room to the character', () => {
    const last = { userName: 'a'.repeat(44), before: nine, since: nine };
    expect(size([...crowd, named(last.userName, nine)])).toBe(6144);
    expect(planRevocation(role({ inForce: crowd }), last, 'report', nine).outlook.revoked).toBe('user');
  });

  test('keeps who is in it, and tells of the newcomer', () => {
    expect(size(crowd)).toBeLessThanOrEqual(6144);
    const late = { userName: 'ada'.padEnd(64, 'a'), before: nine, since: nine };
    expect(planRevocation(role({ inForce: crowd }), late, 'report', nine)).toEqual({
      revocations: null,
      outlook: {
        roleArn,
        revoked: 'no',
        why: 'its revocation policy has no room for more',
        sessionsEndBy: Date.UTC(2026, 0, 1, 13, 0),
      },
    });
  });

  test("ends everybody's sessions instead where the configuration says so", () => {
    const late = { userName: 'ada'.padEnd(64, 'a'), before: nine, since: nine };
    expect(planRevocation(role({ inForce: crowd }), late, 'role', nine)).toMatchObject({
      revocations: [everybody(nine)],
      outlook: { revoked: 'role' },
    });
  });

  test("does not let everybody's instant rise with the names'", () => {
    const inForce = [everybody(nine - 2 * hourMs), ...alone];
    const { revocations } = planRevocation(role({ inForce }), leaver, 'report', nine);
    expect(revocations![0]).toEqual(everybody(nine - 2 * hourMs));
    expect(revocations).toHaveLength(33);
  });
});

test('sessions of a role that cannot be looked at are taken to last as long as IAM lets any', () => {
  const who = { ...leaver, userName: 'ada' as UserName };
  expect(notRevoked(roleArn, 'there is no such policy', who)).toEqual({
    roleArn,
    revoked: 'no',
    why: 'there is no such policy',
    sessionsEndBy: Date.UTC(2026, 0, 1, 21, 0),
  });
});
