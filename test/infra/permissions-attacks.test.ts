import { beforeAll, describe, expect, test } from '@jest/globals';
import { functionNames } from '../../infra/permissions.js';
import { type Attack, attacks } from './attacks.js';
import { escalations } from './escalations.js';
import { type Verdict, judgeAttacks } from './verdicts.js';

let verdicts: readonly Verdict[];

beforeAll(async () => {
  verdicts = await judgeAttacks();
});

const nameOf = ({ group, title }: Attack) => `${group}: ${title}`;

describe('an attacker with the role of a function', () => {
  test.each(attacks.map((attack) => [nameOf(attack), attack] as const))('%s', (_name, attack) => {
    const { possibleFor } = verdicts.find((verdict) => verdict.attack === attack)!;
    expect(possibleFor.toSorted()).toEqual([...(attack.residual ?? [])].toSorted());
  });

  test('meets the boundary too: it alone stops what no function has any business with', () => {
    const alone = verdicts.filter(({ isStoppedByBoundary }) => isStoppedByBoundary);
    const groups = ['Known escalation methods', 'A user outside our path'];
    const missed = verdicts.filter(
      ({ attack }) => groups.includes(attack.group) && !alone.some((it) => it.attack === attack),
    );
    expect(missed.map(({ attack }) => nameOf(attack))).toEqual([]);
    expect(alone.length).toBeGreaterThan(attacks.length / 2);
  });
});

test('the known methods are all 28, and no two attacks have the same name', () => {
  expect(escalations).toHaveLength(28);
  expect(new Set(attacks.map(nameOf)).size).toBe(attacks.length);
  expect(verdicts.length * functionNames.length).toBeGreaterThan(500);
});
