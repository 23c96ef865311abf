import { secondMs } from '../functions/core/instants.js';
import type { Change, RosterPlan, Subject } from '../functions/core/roster/roster-steps.js';
import { AdaptiveLimit } from './adaptive-limit.js';
import { type ChangeContext, type Purge, applyChange } from './apply-change.js';
import { explain } from './failure.js';

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
    return {
      done: this.done,
      failed: this.failed,
      notStarted: this.notStarted,
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
    const { connection } = this.context;
    const lastAt = Math.max(0, ...this.purges.map(({ purge }) => purge.at));
    const waitMs = lastAt - connection.clock.now();
    if (waitMs > 0 && !this.context.isStopped()) {
      this.context.tell(
        `Waiting ${Math.ceil(waitMs / secondMs)} s until the loss of power is visible everywhere.`,
      );
      await connection.clock.sleep(waitMs);
    }
    await Promise.all(
      this.purges.map(({ change, purge }) =>
        limit.run(() => this.settle(change, () => this.purge(purge.user))),
      ),
    );
  }

  private async purge({ name, id }: Purge['user']): Promise<boolean> {
    if (this.context.isStopped()) {
      this.notStarted += 1;
      return false;
    }
    const request = { kind: 'continue', userName: name, userId: id, absentSince: null } as const;
    await this.context.runs.offboard(name, request);
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
