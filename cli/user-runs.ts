import { randomUUID } from 'node:crypto';
import { isNotFound } from '../functions/aws/errors.js';
import { observeOffboarding } from '../functions/aws/observe-offboarding.js';
import { observeRotation } from '../functions/aws/observe.js';
import type { OffboardingFacts, RotationFacts, UserFacts } from '../functions/core/facts.js';
import { minuteMs } from '../functions/core/instants.js';
import type { UserName } from '../functions/core/names.js';
import {
  type OffboardingPhase,
  type OffboardingPlan,
  type OffboardingRequest,
  planOffboarding,
} from '../functions/core/offboarding.js';
import type { RotationPhase, RotationPlan, RotationRequest } from '../functions/core/rotation-phase.js';
import { planRotation } from '../functions/core/rotation.js';
import type { Rest } from '../functions/shell/converge.js';
import { convergeOffboarding } from '../functions/shell/converge-offboarding.js';
import { convergeRotation } from '../functions/shell/converge-rotation.js';
import type { Journal } from '../functions/shell/journal.js';
import { type Lease, withLease } from '../functions/shell/lease.js';
import { leaseTableName } from '../infra/names.js';
import type { Connection } from './connection.js';
import { CommandFailure } from './failure.js';
import type { LifecycleSettings } from './settings.js';

/** No test of a key takes longer. */
const longestRunMs = 5 * minuteMs;
/** As long as the deployed functions hold one: their time-out and the settle time are less. */
const leaseMs = 5 * minuteMs;

const noLease: Pick<Lease, 'keep'> = { keep: () => undefined };

/** Takes users through their lives here and now, with the operator's own rights, and under the functions' leases. */
export class UserRuns {
  /** One name for the whole command: it may come back to a user whose lease it kept. */
  private readonly runId = `cli/${randomUUID()}`;
  private hasLeases = true;

  constructor(
    private readonly connection: Connection,
    private readonly settings: LifecycleSettings,
    private readonly journal: Journal,
    private readonly tell: (line: string) => void,
  ) {}

  /** Of an offboarding that asks for none. */
  get usualQuarantineMs(): number {
    return this.settings.windows.offboardQuarantineMs;
  }

  /** Null: no user has that name. */
  async rotate(
    name: UserName,
    request: RotationRequest | null,
  ): Promise<Rest<RotationFacts, RotationPhase> | null> {
    return this.underLease(name, async (lease) => {
      const seen = await observeRotation(this.connection.clients, name);
      return seen && this.rotateSeen(seen, request, lease);
    });
  }

  /** The first key of a user that this very run has made: IAM may not show it yet, and there is nothing to see. */
  async rotateNew(user: UserFacts): Promise<Rest<RotationFacts, RotationPhase>> {
    const seen = { user, keys: [], secret: null, verified: null };
    return this.underLease(user.name, (lease) => this.rotateSeen(seen, null, lease));
  }

  async offboard(
    name: UserName,
    request: OffboardingRequest,
  ): Promise<Rest<OffboardingFacts, OffboardingPhase>> {
    const { clients, clock } = this.connection;
    return this.underLease(name, async (lease) => {
      const seen = await observeOffboarding(clients, name);
      return convergeOffboarding(seen, name, request, lease, {
        functionName: 'cli',
        clients,
        clock,
        journal: this.journal,
        rules: this.offboardingRules,
      });
    });
  }

  /** What a rotation would do; null: no user has that name. */
  async planRotation(name: UserName, request: RotationRequest | null): Promise<RotationPlan | null> {
    const { clients, clock } = this.connection;
    const seen = await observeRotation(clients, name);
    return seen && planRotation(seen, request, this.rotationRules, clock.now());
  }

  async planOffboarding(name: UserName, request: OffboardingRequest): Promise<OffboardingPlan> {
    const { clients, clock } = this.connection;
    const seen = await observeOffboarding(clients, name);
    return planOffboarding(seen, request, this.offboardingRules, clock.now());
  }

  private get rotationRules() {
    return { userPath: this.settings.userPath, windows: this.settings.windows };
  }

  private get offboardingRules() {
    const { userPath, boundaryArn, windows } = this.settings;
    return { userPath, boundaryArn, settleMs: windows.settleMs };
  }

  /** From facts that the caller has, under a lease that the caller holds. */
  rotateSeen(
    seen: RotationFacts,
    request: RotationRequest | null,
    lease: Pick<Lease, 'keep'>,
  ): Promise<Rest<RotationFacts, RotationPhase>> {
    const { clients, clock, accountId } = this.connection;
    return convergeRotation(seen, request, lease, {
      functionName: 'cli',
      clients,
      clock,
      journal: this.journal,
      rules: this.rotationRules,
      secrets: { accountId, kmsKeyId: this.settings.kmsKeyId },
      deadlineAt: clock.now() + longestRunMs,
    });
  }

  /** Where no functions are deployed there is no table of leases, and nobody else at work. */
  async underLease<Result>(
    name: UserName,
    work: (lease: Pick<Lease, 'keep'>) => Promise<Result>,
  ): Promise<Result> {
    if (!this.hasLeases) return work(noLease);
    const { clients, clock } = this.connection;
    const env = { LEASE_TABLE: leaseTableName, LEASE: leaseMs };
    let isLeased = false;
    try {
      return await withLease({ clients, clock, env, runId: this.runId }, name, (lease) => {
        isLeased = true;
        return work(lease);
      });
    } catch (error) {
      if (isLeased || !isNotFound(error)) throw error;
    }
    this.noteNoDeployment();
    return work(noLease);
  }

  private noteNoDeployment(): void {
    if (this.hasLeases && !this.connection.isEmbedded)
      this.tell(
        `There is no table ${leaseTableName} here, so no function is deployed: going on without leases.`,
      );
    this.hasLeases = false;
  }
}

export function absent(name: string): CommandFailure {
  return new CommandFailure(`no user is named ${name}`, 'iam-lifecycle status lists those under management.');
}
