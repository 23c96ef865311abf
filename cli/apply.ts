import { type Instant, secondMs } from '../functions/core/instants.js';
import type { Change, RosterPlan, Subject } from '../functions/core/roster/roster-steps.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import { type ChangeContext, type Purge, applyChange } from './apply-change.js';
import { explain } from './failure.js';
import type { Absence } from './user-runs.js';

export interface Failure {
  readonly subject: Subject;
  readonly why: string;
}

/** What an application of a plan came to. */
export interface ApplySummary {
  readonly done: number;
  readonly failed: readonly Failure[];
  /** Changes that were not begun, since somebody stopped the run. */
  readonly notStarted: number;
  /** Leavers who still have sessions of a listed role. */
  readonly withSessionsLeft: readonly string[];
  readonly calls: number;
}

export interface ApplyContext extends ChangeContext {
  /** True from the moment on at which nothing new is to be begun. */
  isStopped(): boolean;
  /** Told of each change. */
  finished(isWell: boolean): void;
  tell(line: string): void;
}

/**
 * Makes a plan's changes: what users stand on first, in the plan's order; then the users, many at a time. One change's
 * failure stops no other: whatever depends on it fails by itself, and the next plan finishes it.
 */
export async function applyPlan({ changes }: RosterPlan, context: ApplyContext): Promise<ApplySummary> {
  return new Application(context).run(changes);
}

class Application {
  private done = 0;
  private notStarted = 0;
  private readonly failed: Failure[] = [];
  private readonly purges: { readonly change: Change; readonly purge: Purge }[] = [];
  private readonly absences: Absence[] = [];

  constructor(private readonly context: ApplyContext) {}

  async run(changes: readonly Change[]): Promise<ApplySummary> {
    const { connection } = this.context;
    const { clock } = connection;
    const callsBefore = connection.calls();
    const limit = new AdaptiveLimit(clock);
    connection.onThrottle(() => limit.throttled());
    const ofUsers = changes.filter(({ subject }) => subject.kind === 'user');
    for (const change of changes) if (change.subject.kind !== 'user') await this.take(change);
    await Promise.all(ofUsers.map((change) => limit.run(() => this.take(change))));
    await this.finishPurges(limit);
    await this.confirmAbsences(limit);
    return {
      done: this.done,
      failed: this.failed,
      notStarted: this.notStarted,
      withSessionsLeft: this.context.runs.withSessionsLeft(),
      calls: connection.calls() - callsBefore,
    };
  }

  private async take(change: Change): Promise<void> {
    if (this.context.isStopped()) {
      this.notStarted += 1;
      return;
    }
    await this.settle(change, async () => {
      const purge = await applyChange(change, this.context);
      if (purge) this.purges.push({ change, purge });
      return purge === null;
    });
  }

  /** One wait for all of them: the settle time, which no quarantine undercuts. */
  private async finishPurges(limit: AdaptiveLimit): Promise<void> {
    await this.waitFor(
      this.purges.map(({ purge }) => purge.at),
      'until the loss of power is visible everywhere',
    );
    await Promise.all(
      this.purges.map(({ change, purge }) =>
        limit.run(() => this.settle(change, () => this.purge(purge.user))),
      ),
    );
  }

  /** One wait for all of them too. A record that cannot be written fails the run, not the change: the user is gone. */
  private async confirmAbsences(limit: AdaptiveLimit): Promise<void> {
    const { runs } = this.context;
    await this.waitFor(
      this.absences.map(({ until }) => until),
      'for the second look, which signs the departures off',
    );
    if (this.context.isStopped()) return;
    await Promise.all(this.absences.map((absence) => limit.run(() => runs.confirmAbsence(absence))));
  }

  private async waitFor(instants: readonly Instant[], why: string): Promise<void> {
    const { clock } = this.context.connection;
    const waitMs = Math.max(0, ...instants) - clock.now();
    if (waitMs <= 0 || this.context.isStopped()) return;
    this.context.tell(`Waiting ${Math.ceil(waitMs / secondMs)} s ${why}.`);
    await clock.sleep(waitMs);
  }

  private async purge({ name, id }: Purge['user']): Promise<boolean> {
    if (this.context.isStopped()) {
      this.notStarted += 1;
      return false;
    }
    const request = { kind: 'continue', userName: name, userId: id, absentSince: null } as const;
    const { runs } = this.context;
    const { at } = await runs.offboard(name, request);
    if (at.phase === 'Absent' && (await runs.evidenceBucket(name)) !== null)
      this.absences.push({ name, id, until: at.until });
    return true;
  }

  /** Counts a change whose work says that it is complete. */
  private async settle({ subject }: Change, work: () => Promise<boolean>): Promise<void> {
    try {
      if (!(await work())) return;
      this.done += 1;
      this.context.finished(true);
    } catch (error) {
      this.failed.push({ subject, why: explain(error) });
      this.context.finished(false);
    }
  }
}
