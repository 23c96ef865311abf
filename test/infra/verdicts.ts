import { type FunctionName, type PermissionContext, functionsOf } from '../../infra/permissions.js';
import { type Locks, PermissionSimulator } from '../support/iam-simulation.js';
import { type Attack, attacks } from './attacks.js';

export interface Verdict {
  readonly attack: Attack;
  /** The functions whose roles could carry the attack out. */
  readonly possibleFor: readonly FunctionName[];
  /** The boundary stops it alone, whatever the function's own policy came to allow. */
  readonly isStoppedByBoundary: boolean;
}

/** Every attack, tried with every function's role in a deployment. */
export function judgeAttacks(context: PermissionContext): Promise<Verdict[]> {
  const simulator = new PermissionSimulator(context);
  const functions = functionsOf(context);
  return Promise.all(
    attacks.map(async (attack) => {
      const results = await Promise.all(functions.map((name) => isPossible(simulator, name, attack)));
      return {
        attack,
        possibleFor: functions.filter((_name, index) => results[index]),
        isStoppedByBoundary: !(await isPossible(simulator, 'rotate', attack, { policy: 'open' })),
      };
    }),
  );
}

/** Every request of the attack is allowed. */
export async function isPossible(
  simulator: PermissionSimulator,
  name: FunctionName,
  { requests }: Attack,
  locks: Locks = {},
): Promise<boolean> {
  for (const request of requests) {
    if (!(await simulator.decide(name, request, locks)).isAllowed) return false;
  }
  return true;
}
