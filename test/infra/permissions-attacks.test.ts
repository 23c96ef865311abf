import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type PermissionContext, functionNames, functionsOf } from '../../infra/permissions.js';
import { renderSecurityPage, securityPage } from '../../scripts/security-table.js';
import { type Attack, attacks } from './attacks.js';
import { contexts } from './context.js';
import { escalations } from './escalations.js';
import { type Verdict, judgeAttacks } from './verdicts.js';

const nameOf = ({ group, title }: Attack) => `${group}: ${title}`;

const isUsed = (context: PermissionContext, option: NonNullable<Attack['onlyWith']>) =>
  option === 'revocation' ? context.revocation !== null : context[option].length > 0;

describe.each(contexts)('an attacker with the role of a function of a deployment %s', (_, context) => {
  let verdicts: readonly Verdict[];
  const functions = functionsOf(context);

  beforeAll(async () => {
    verdicts = await judgeAttacks(context);
  });

  test.each(attacks.map((attack) => [nameOf(attack), attack] as const))('%s', (_name, attack) => {
    const { possibleFor } = verdicts.find((verdict) => verdict.attack === attack)!;
    const isThere = attack.onlyWith === undefined || isUsed(context, attack.onlyWith);
    const residual = isThere ? (attack.residual ?? []).filter((name) => functions.includes(name)) : [];
    expect(possibleFor.toSorted()).toEqual(residual.toSorted());
  });

  test('meets the boundaries too: they alone stop what no function has any business with', () => {
    const alone = verdicts.filter(({ leftByBoundaryOf }) => leftByBoundaryOf.length === 0);
    const groups = ['Known escalation methods', 'A user outside our path'];
    const missed = verdicts.filter(
      ({ attack }) => groups.includes(attack.group) && !alone.some((it) => it.attack === attack),
    );
    expect(missed.map(({ attack }) => nameOf(attack))).toEqual([]);
    expect(alone.length).toBeGreaterThan(attacks.length / 2);
  });

  test('meets in a function that only reads a boundary that lets nothing be written', () => {
    for (const { attack, leftByBoundaryOf, possibleFor } of verdicts)
      expect([nameOf(attack), leftByBoundaryOf.filter((name) => name === 'scan')]).toEqual([
        nameOf(attack),
        possibleFor.filter((name) => name === 'scan'),
      ]);
  });
});

test('the known methods are all 28, and no two attacks have the same name', () => {
  expect(escalations).toHaveLength(28);
  expect(new Set(attacks.map(nameOf)).size).toBe(attacks.length);
  expect(attacks.length * functionNames.length).toBeGreaterThan(500);
});

test('the tables of docs/security.md are those of the statements and the attacks', async () => {
  const page = await readFile(securityPage, 'utf8');
  // If this fails: node --import tsx scripts/security-table.ts
  expect(page).toBe(await renderSecurityPage(page));
});

test('a page without its markers is refused', async () => {
  await expect(renderSecurityPage('# Security\n')).rejects.toThrow('lacks the markers');
});
