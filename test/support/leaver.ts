import { dayMs, minuteMs } from '../../functions/core/instants.js';
import { parseUserName } from '../../functions/core/names.js';
import type { OffboardingRequest } from '../../functions/core/offboarding.js';
import { convergeOffboarding } from '../../functions/shell/converge-offboarding.js';
import { type Call, type Fault, Invocation } from '../../local/fake-aws/fake-aws.js';
import { furnish } from '../../local/sim/furnish.js';
import { type Simulation, simulate } from '../../local/simulation.js';
import { recordingJournal } from '../support/journal.js';

export const leaverName = parseUserName('ci-deploy');
const bucket = 'iam-lifecycle-evidence-123456789012-eu-west-1';
const startAt = Date.parse('2026-01-01T00:00:00Z');

export type Wish =
  | { readonly kind: 'offboard'; readonly quarantineMs?: number }
  | { readonly kind: 'continue'; readonly absentSince?: number; readonly userId?: string }
  | { readonly kind: 'restore' };

/** A user of a simulated account that has everything, a day old at 2026-01-02T00:00:00Z, and the runs that take it away. */
export class Leaver {
  /** Decides which calls of a run go wrong. */
  faultOf: (call: Call) => Fault | undefined = () => undefined;
  private runs = 0;

  private constructor(
    readonly simulation: Simulation,
    private readonly journal: ReturnType<typeof recordingJournal>,
  ) {}

  static async come(): Promise<Leaver> {
    const journal = recordingJournal();
    const intervene = (call: Call) => (call.caller === 'test' ? leaver.faultOf(call) : undefined);
    const simulation = await simulate({ startAt, journal, account: { latencyMs: () => 0, intervene } });
    const leaver: Leaver = new Leaver(simulation, journal);
    const { clock, system } = simulation;
    await clock.run(async () => {
      const user = { name: leaverName, owner: 'team', roles: ['data_engineer'] };
      await system.request('POST', '/users', user);
      await system.drain();
      await furnish(simulation, leaverName);
      await clock.sleep(startAt + dayMs - clock.now());
    });
    return leaver;
  }

  run(wish: Wish, evidenceBucket: string | null = bucket) {
    const { account, clock, env } = this.simulation;
    const windows = { settleMs: 2 * minuteMs, quarantineMs: dayMs };
    const rules = { userPath: '/lifecycle/', adoptedArns: [], boundaryArn: env.BOUNDARY_ARN, ...windows };
    this.runs += 1;
    const runner = {
      functionName: 'offboard',
      clients: account.clients(new Invocation('test')),
      clock,
      journal: this.journal,
      rules,
      runId: `run/${this.runs}`,
      evidenceBucket,
    };
    const request = requestOf(wish, clock.now());
    return clock.run(() => convergeOffboarding(leaverName, request, { keep: () => undefined }, runner));
  }

  sleep(ms: number): Promise<void> {
    return this.simulation.clock.run(() => this.simulation.clock.sleep(ms));
  }

  get user() {
    return this.simulation.account.truth.user(leaverName);
  }

  /** Key and text of all that is filed. */
  get objects(): (readonly [key: string, text: string])[] {
    return [...this.simulation.account.truth.objects(bucket)];
  }

  filed(ending: string): { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[] {
    return this.objects
      .filter(([key]) => key.endsWith(ending))
      .map(([key, text]) => ({ key, value: JSON.parse(text) as Record<string, unknown> }));
  }

  /** Of the journal. */
  linesOf(start: string): string[] {
    return this.journal.lines.filter((line) => line.startsWith(start));
  }
}

function requestOf(wish: Wish, at: number): OffboardingRequest {
  const who = { userName: leaverName, userId: null, absentSince: null };
  switch (wish.kind) {
    case 'offboard':
      return { ...who, kind: 'offboard', at, reason: 'left', quarantineMs: wish.quarantineMs ?? dayMs };
    case 'restore':
      return { ...who, kind: 'restore', at };
    case 'continue':
      return {
        ...who,
        kind: 'continue',
        userId: wish.userId ?? null,
        absentSince: wish.absentSince ?? null,
      };
  }
}

export const failing = (operation: string) => (call: Call) =>
  call.operation === operation ? ('fail' as const) : undefined;
