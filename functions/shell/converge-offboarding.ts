import { applyLeavingStep } from '../aws/apply-leaving.js';
import type { Clients } from '../aws/clients.js';
import { observeHoldings, observeStanding } from '../aws/observe-offboarding.js';
import { type Outcome, advanceOffboarding } from '../core/advance.js';
import type { SignedOff } from '../core/announcements.js';
import { type OffboardingFacts, type UserFacts, noHoldings, targetOf } from '../core/facts.js';
import type { Instant } from '../core/instants.js';
import { trailDelayMs } from '../core/late-acts.js';
import { type UserName, sameName } from '../core/names.js';
import {
  type OffboardingPhase,
  type OffboardingRequest,
  type OffboardingRules,
  planDenial,
  planOffboarding,
  standingDeparture,
} from '../core/offboarding.js';
import type { Step } from '../core/steps.js';
import { type Rest, converge, walk } from './converge.js';
import { type EvidenceDeps, evidenceOf, lookForLateActs, signOff } from './evidence.js';
import type { Journal } from './journal.js';
import type { Lease } from './lease.js';

/** Whoever offboards and restores: the function, or an operator with rights of their own. None of it handles a key. */
export interface OffboardingRunner extends EvidenceDeps {
  readonly functionName: string;
  readonly clients: Pick<Clients, 'iam' | 'secretsManager' | 'ssm' | 's3' | 'cloudTrail'>;
  readonly rules: OffboardingRules;
  /** Called once in each run that has a power to take away, before it takes the first. */
  beforeContainment?(user: UserFacts): Promise<void>;
}

interface OffboardingRest extends Rest<OffboardingFacts, OffboardingPhase> {
  /** Departures of whoever had this name that were signed off in this run. */
  readonly signedOff: readonly SignedOff[];
}

/**
 * Takes a user as far through its departure, or its return, as it may go now. It looks for itself: first at what a deny
 * is decided by, and at the rest once that is done.
 */
export async function convergeOffboarding(
  userName: UserName,
  request: OffboardingRequest,
  lease: Pick<Lease, 'keep'>,
  runner: OffboardingRunner,
): Promise<OffboardingRest> {
  const { functionName, clients, clock, journal, rules } = runner;
  const loop = { functionName, userName, journal, advance: advanceOffboarding, now: () => clock.now() };
  const standing = await observeStanding(clients.iam, userName);
  const taken: { readonly step: Step; readonly at: Instant }[] = [];
  let isAnnounced = false;
  const take = async (step: Step, { phase }: OffboardingPhase): Promise<Outcome> => {
    if (phase === 'Containing' && !isAnnounced && standing.user) {
      isAnnounced = true;
      await runner.beforeContainment?.(standing.user);
    }
    lease.keep();
    const outcome = await applyLeavingStep(step, clients);
    taken.push({ step, at: clock.now() });
    return outcome;
  };
  const denied = await walk<OffboardingFacts, OffboardingPhase>({
    ...loop,
    seen: { ...noHoldings, ...standing },
    plan: (facts, now) => planDenial(facts, request, rules, now),
    apply: take,
  });
  const { user, policyArns } = denied.seen;
  const seen = { ...(await observeHoldings(clients, user)), user, policyArns };
  const evidence = evidenceOf(runner, standing.user, seen);
  for (const { step, at } of taken) evidence?.after(step, at);
  try {
    const rest = await converge<OffboardingFacts, OffboardingPhase>({
      ...loop,
      seen,
      plan: (facts, now) => planOffboarding(facts, request, rules, now),
      apply: async (step, at) => {
        await evidence?.before(at.phase);
        const outcome = await take(step, at);
        evidence?.after(step, clock.now());
        return outcome;
      },
    });
    if (rest.at.phase === 'Quarantined') await evidence?.before('Containing');
    if (rest.at.phase === 'Quarantined' && taken.length === 0) await watchLeaver(rest.seen, runner);
    const signedOff = await signOffGone(rest, userName, request, runner);
    if (taken.some(({ step }) => step.step === 'DeleteLoginProfile'))
      journal.note('a password cannot be restored', { userName });
    noteReturn(rest, userName, journal);
    return { ...rest, steps: taken.map(({ step }) => step), signedOff };
  } finally {
    await evidence?.close();
  }
}

/** A name has one holder at a time: whoever had it before a namesake is gone, as is one that was absent twice. */
async function signOffGone(
  { at, seen: { user } }: Rest<OffboardingFacts, OffboardingPhase>,
  userName: UserName,
  { absentSince }: OffboardingRequest,
  runner: OffboardingRunner,
): Promise<SignedOff[]> {
  if (at.phase === 'Gone') return signOff(userName, absentSince!, null, runner);
  if (at.phase !== 'Namesake' || !user || !sameName(user.name, userName)) return [];
  return signOff(userName, absentSince ?? user.createdAt, user.id, runner);
}

/** Once the event history can tell of it: what the user did while the loss of its powers spread. */
async function watchLeaver({ user }: OffboardingFacts, runner: OffboardingRunner): Promise<void> {
  const departedAt = user && standingDeparture(user);
  if (user === null || departedAt === null || runner.clock.now() < departedAt + trailDelayMs) return;
  await lookForLateActs(targetOf(user), departedAt, runner);
}

/** What was Inactive before the departure, or fitted into no record of it, is for a person to make Active. */
function noteReturn(
  { seen, steps }: Rest<OffboardingFacts, OffboardingPhase>,
  userName: UserName,
  journal: Journal,
): void {
  const left = seen.credentials.filter(({ status }) => status === 'Inactive').map(({ id }) => id);
  if (left.length > 0 && steps.some(({ step }) => step === 'UntagUser'))
    journal.note('these credentials stay Inactive after the return', {
      userName,
      credentials: left.join(' '),
    });
}
