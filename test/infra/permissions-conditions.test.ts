import { expect, test } from '@jest/globals';
import {
  type Conditions,
  type FunctionName,
  type PermissionStatement,
  functionNames,
  permissionsOf,
} from '../../infra/permissions.js';
import { attacks } from './attacks.js';
import { PermissionSimulator } from '../support/iam-simulation.js';
import { extended } from './context.js';
import { isPossible } from './verdicts.js';

const simulator = new PermissionSimulator(extended);

/** One condition less, or every resource instead of ours: the attack that gets through shows what the lock is for. */
interface Weakening {
  readonly name: FunctionName;
  readonly lock: string;
  readonly sid: string;
  readonly policy: readonly PermissionStatement[];
}

/** Reads of names are no attack, and groups are open to offboard: see the residual risks. */
const unlocked = new Set(['ReadUsers', 'ReadAccount', 'DescribeParameters', 'LeaveGroups']);

function weakeningsOf(name: FunctionName): Weakening[] {
  const statements = permissionsOf(name, extended);
  return statements
    .filter(({ sid }) => !unlocked.has(sid))
    .flatMap((statement) => {
      const weaker = (lock: string, changed: PermissionStatement): Weakening => ({
        name,
        lock: `${name} ${statement.sid} ${lock}`,
        sid: statement.sid,
        policy: statements.map((other) => (other === statement ? changed : other)),
      });
      const { conditions = {} } = statement;
      return [
        // What already names everything has no lock there.
        ...(statement.resources.includes('*')
          ? []
          : [weaker('resources', { ...statement, resources: ['*'] })]),
        ...locksOf(conditions).map(([operator, key]) =>
          weaker(`${operator} ${key}`, { ...statement, conditions: without(conditions, operator, key) }),
        ),
      ];
    });
}

function locksOf(conditions: Conditions): [string, string][] {
  return Object.entries(conditions).flatMap(([operator, operands]) =>
    Object.keys(operands).map((key): [string, string] => [operator, key]),
  );
}

function without(conditions: Conditions, operator: string, key: string): Conditions {
  const operands = Object.entries(conditions[operator]!).filter(([other]) => other !== key);
  const others = Object.entries(conditions).filter(([other]) => other !== operator);
  return Object.fromEntries([
    ...others,
    ...(operands.length > 0 ? [[operator, Object.fromEntries(operands)]] : []),
  ]);
}

/** Looks only at the function's own policy: the boundary would hide what is missing in it. */
async function opensAnAttack({ name, policy, sid }: Weakening): Promise<boolean> {
  const { actions } = policy.find((statement) => statement.sid === sid)!;
  for (const attack of attacks) {
    const isConcerned = attack.requests.some(({ action }) => actions.includes(action));
    if (!isConcerned || (await isPossible(simulator, name, attack, { boundary: 'open' }))) continue;
    if (await isPossible(simulator, name, attack, { policy, boundary: 'open' })) return true;
  }
  return false;
}

test('every condition and every resource is a lock: without it some attack gets through', async () => {
  const vain: string[] = [];
  for (const weakening of functionNames.flatMap(weakeningsOf)) {
    if (!(await opensAnAttack(weakening))) vain.push(weakening.lock);
  }
  expect(vain).toEqual([]);
});
