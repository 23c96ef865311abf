import { type FunctionName, type PermissionContext, functionsOf } from '../../infra/permissions.js';
import { type Locks, PermissionSimulator } from '../support/iam-simulation.js';
import { type Attack, attacks } from './attacks.js';

export interface Verdict {
  readonly attack: Attack;
  /** The functions whose roles could carry the attack out. */
  readonly possibleFor: readonly FunctionName[];
  /** The functions whose boundary alone would not stop it, were their own policy to allow everything. */
  readonly leftByBoundaryOf: readonly FunctionName[];
}

const judged = new Map<PermissionContext, Promise<readonly Verdict[]>>();

/** Every attack, tried with every function's role in a deployment; once, whoever asks. */
export function judgeAttacks(context: PermissionContext): Promise<readonly Verdict[]> {
  const known = judged.get(context) ?? judge(context);
  judged.set(context, known);
  return known;
}

function judge(context: PermissionContext): Promise<readonly Verdict[]> {
  const simulator = new PermissionSimulator(context);
  const functions = functionsOf(context);
  return Promise.all(
    attacks.map(async (attack) => {
      const among = async (locks?: Locks): Promise<FunctionName[]> => {
        const results = await Promise.all(
          functions.map((name) => isPossible(simulator, name, attack, locks)),
        );
        return functions.filter((_name, index) => results[index]);
      };
      return { attack, possibleFor: await among(), leftByBoundaryOf: await among({ policy: 'open' }) };
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
