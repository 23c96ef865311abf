import { CreateUserCommand } from '@aws-sdk/client-iam';
import { dayMs, hourMs, parseDuration } from '../../functions/core/instants.js';
import { tag } from '../../functions/core/tags.js';
import type { DeploymentSettings } from '../deployment.js';
import { type Call, type Fault, Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, live, surroundingsCaller } from '../simulation.js';
import { type Stage, doIt, onboard } from './fleet-deeds.js';
import { judgeMember } from './fleet-goals.js';
import { Ledger, isExcused } from './fleet-ledger.js';
import { type FleetPlan, type Member, type Outage, drawFleet } from './fleet-plan.js';
import { FleetRoster } from './fleet-roster.js';
import { simulatedBasePath } from './key-store.js';
import { type RunPlan, type RunResult, allFaults, runLife } from './run.js';
import type { Scenario } from './scenarios.js';
import { diceOf, drawTemper } from './seed.js';

/** Two retirements one after the other, at a scan a day, and a departure's whole quarantine. */
const recoveryMs = 16 * dayMs;
const longestTailMs = 300_000;
const latestMs = 15 * hourMs;

/** Lives the fleet of a seed: the same number, the same run, in any process. */
export function runFleet(seed: number): Promise<RunResult> {
  const dice = diceOf(seed);
  const { random, pick } = dice;
  const plan = drawFleet(dice);
  const faultShare = pick([0, 0.01, 0.03, 0.08]);
  const temper = drawTemper(seed, dice, pick([0, 3_000, 15_000, 120_000]));
  const life = new FleetLife(plan);
  return runLife(life.scenario, {
    pollers: pick([1, 1, 2]),
    copies: pick([1, 2]),
    faults: new Map(),
    drawFault: (call) => life.outageOf(call) ?? (random() < faultShare ? pick(allFaults) : undefined),
    temper: { ...temper, atomicKeyLimit: random() < 0.5, ...lateness(plan, random, temper) },
    recoveryMs,
    longestRun: 60_000,
  });
}

/** A tail of lag, and messages that come out of order because some of them come hours late. */
function lateness(
  { hasLongLag, lateShare }: FleetPlan,
  random: () => number,
  { lagMs = () => 0 }: NonNullable<RunPlan['temper']>,
): NonNullable<RunPlan['temper']> {
  const late = () => (random() < lateShare ? Math.floor(random() * latestMs) : 0);
  return {
    ...(lateShare > 0 ? { deliveryDelayMs: late } : {}),
    ...(hasLongLag
      ? { lagMs: (call: Call) => (random() < 0.05 ? Math.floor(random() * longestTailMs) : lagMs(call)) }
      : {}),
  };
}

/** One life of a fleet: what was drawn, and what came of it. */
class FleetLife {
  private readonly ledger = new Ledger();
  private readonly roster: FleetRoster | null;
  private simulation: Simulation | null = null;
  private beganAt = Infinity;
  private healedAt = Infinity;

  constructor(private readonly plan: FleetPlan) {
    const { hasRoster, members, settings } = plan;
    this.roster = hasRoster ? new FleetRoster(settings.accountId, members) : null;
  }

  get scenario(): Scenario {
    const { plan, ledger } = this;
    const isLosing = plan.happenings.some(({ what }) => what === 'lose-leases');
    return {
      settings: plan.settings,
      scanEveryMs: Math.max(hourMs, plan.spanMs / 8),
      recoveryMs,
      oracle: {
        leasesAreLost: isLosing,
        isEmergency: ({ name }) => ledger.emergencies.has(name),
        isExcused: (violation) =>
          isExcused(violation, ledger, this.simulation!.account, this.simulation!.clock.now()),
        leastWindows: leastWindows(plan),
      },
      look: (simulation) => this.look(simulation),
      prepare: (simulation) => this.prepare(simulation),
      act: (simulation, { pollers, copies }) => this.act(simulation, pollers, copies),
      judge: (simulation, attentions) =>
        this.members
          .map((member) => judgeMember(simulation, member, ledger, { healedAt: this.healedAt, attentions }))
          .find((complaint) => complaint !== null) ?? null,
    };
  }

  /** The outage that a call meets, or nothing. */
  outageOf(call: Call): Fault | undefined {
    const { beganAt } = this;
    const met = this.plan.outages.find(({ of, fromMs, forMs }) => {
      const from = beganAt + fromMs;
      return call.at >= from && call.at < from + forMs && meets(of, call);
    });
    return met && (met.of === 'iam' ? 'fail' : 'kms-denied');
  }

  private get members(): readonly Member[] {
    return [...this.plan.members, this.newcomer];
  }

  private get newcomer(): Member {
    return { name: this.plan.newcomer.name, kind: 'api', ageMs: 0 };
  }

  /** Both schedules start at the same time. */
  private async look({ system }: Simulation): Promise<void> {
    const started = await Promise.allSettled([system.scan(), ...(this.roster ? [system.reconcile()] : [])]);
    for (const one of started) if (one.status === 'rejected') throw one.reason;
  }

  private async prepare(simulation: Simulation): Promise<void> {
    const { clock, system } = simulation;
    this.simulation = simulation;
    // A scan purges all who are due: what holds back a mass of them has tests of its own.
    system.redeploy({ MAX_PURGE_PERCENT: '100' });
    const stage = this.stage(simulation, 1);
    const bornAt = clock.now();
    const oldestMs = Math.max(...this.plan.members.map(({ ageMs }) => ageMs));
    await this.roster?.lay(simulation);
    for (const member of this.plan.members.toSorted((one, other) => other.ageMs - one.ageMs)) {
      await clock.sleep(bornAt + oldestMs - member.ageMs - clock.now());
      if (member.kind === 'api') await onboard(stage, member);
      else await this.make(simulation, member);
      await this.look(simulation);
      await system.drain();
    }
    await clock.sleep(bornAt + oldestMs - clock.now());
  }

  /** A user that the roster names is made by the first look; one that no roster names, by hand. */
  private async make(simulation: Simulation, member: Member): Promise<void> {
    const { account, clock, env } = simulation;
    const at = clock.now();
    this.ledger.decisions.push({ member, kind: 'stay', from: at, to: at, isDoubtful: false });
    if (this.roster) return;
    const tags = {
      [tag.managed]: 'true',
      [tag.origin]: 'adopted',
      [tag.keyStore]: 'ssm',
      [tag.ssmPath]: simulatedBasePath,
    };
    await account.clients(new Invocation(surroundingsCaller)).iam.send(
      new CreateUserCommand({
        UserName: member.name,
        Path: env.USER_PATH,
        PermissionsBoundary: env.BOUNDARY_ARN,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  }

  private async act(simulation: Simulation, pollers: number, copies: number): Promise<void> {
    const { clock } = simulation;
    const { happenings, newcomer, spanMs } = this.plan;
    this.beganAt = clock.now();
    const stage = this.stage(simulation, copies);
    const soon = async (atMs: number, work: () => Promise<void>) => {
      await clock.sleep(this.beganAt + atMs - clock.now());
      await work();
    };
    // Clients go on asking once the faults are off.
    for (const happening of happenings) void soon(happening.atMs, () => doIt(stage, happening));
    void soon(newcomer.atMs, () => onboard(stage, this.newcomer));
    await live(simulation, {
      until: this.beganAt + spanMs + hourMs,
      scanEveryMs: this.scenario.scanEveryMs,
      pollers,
      look: (one) => this.look(one),
      onScanFailure: () => undefined,
    });
    this.healedAt = clock.now();
  }

  private stage(simulation: Simulation, copies: number): Stage {
    const { ledger, roster, plan } = this;
    return { simulation, ledger, roster, copies, patientUntil: this.beganAt + plan.spanMs };
  }
}

/** What a service needs KMS for. */
const encrypting = new Set(['CreateSecret', 'PutSecretValue', 'PutParameter', 'GetParameter']);

function meets(of: Outage['of'], { service, operation }: Call): boolean {
  return of === 'iam' ? service === 'iam' : encrypting.has(operation);
}

/** Where a deployment changes the windows, either may hold for what is on its way. */
function leastWindows({ settings, happenings }: FleetPlan): Partial<DeploymentSettings['windows']> {
  const overlaps = happenings.flatMap((happening) =>
    happening.what === 'deploy' && happening.windows.OVERLAP ? [happening.windows.OVERLAP] : [],
  );
  const [OVERLAP] = [settings.windows.OVERLAP, ...overlaps].toSorted(
    (one, other) => parseDuration(one) - parseDuration(other),
  );
  return { OVERLAP: OVERLAP! };
}
