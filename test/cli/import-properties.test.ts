import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { writeRoster } from '../../cli/write-roster.js';
import { importRoster } from '../../functions/core/roster/import.js';
import { planRoster } from '../../functions/core/roster/plan.js';
import type { RosterFacts } from '../../functions/core/roster/roster-facts.js';
import { readRoster } from '../../functions/shell/read-roster.js';
import { anAccount } from '../support/import-arbitraries.js';
import { now, operator } from '../support/roster.js';

const everything = { userPath: '/lifecycle/', pathPrefix: '/', managedOnly: false };

/** Of whom a roster may say something: adopted, or made by a roster. */
function rostersOwn({ users }: RosterFacts): string[] {
  return users
    .filter(({ user }) => ['roster', 'adopted'].includes(user.tags['iam-lifecycle:origin'] ?? ''))
    .map(({ user }) => user.name);
}

describe('whatever the account', () => {
  test('importing it changes nothing about any user, nor about any policy but the boundary', () => {
    fc.assert(
      fc.property(anAccount, ({ imported, planned }) => {
        const { text, draft } = writeRoster(importRoster(imported, everything));
        expect(draft.leftOut).toEqual([]);
        const plan = planRoster(readRoster(text, 'roster.yaml'), planned, operator, now);
        const changed = plan.changes.filter(({ subject }) => subject.name !== 'IamLifecycleBoundary');
        expect(changed).toEqual([]);
        const own = rostersOwn(planned);
        expect(plan.findings.filter(({ subject }) => own.includes(subject.name))).toEqual([]);
        expect(plan.findings.map(({ subject }) => subject.name).toSorted()).toEqual(
          planned.users
            .map(({ user }) => user.name as string)
            .filter((name) => !own.includes(name))
            .toSorted(),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('every user is in the roster once, or is said to be left out', () => {
    fc.assert(
      fc.property(anAccount, ({ imported }) => {
        const { text, draft } = writeRoster(importRoster(imported, everything));
        const named = readRoster(text, 'roster.yaml').users.map(({ name }) => name as string);
        const all = [...named, ...draft.leftOut.map(({ name }) => name)];
        expect(all.toSorted()).toEqual(imported.users.map(({ user }) => user.name as string).toSorted());
      }),
      { numRuns: 200 },
    );
  });
});
