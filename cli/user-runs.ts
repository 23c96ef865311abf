import { randomUUID } from 'node:crypto';
import { isNotFound } from '../functions/aws/errors.js';
import { hasEvidence } from '../functions/aws/evidence-store.js';
import { observeOffboarding } from '../functions/aws/observe-offboarding.js';
import { observeRotation } from '../functions/aws/observe.js';
import type { OffboardingFacts, RotationFacts, UserFacts } from '../functions/core/facts.js';
import { type Instant, minuteMs } from '../functions/core/instants.js';
import type { UserName } from '../functions/core/names.js';
import {
  type OffboardingPhase,
  type OffboardingPlan,
  type OffboardingRequest,
  planOffboarding,
} from '../functions/core/offboarding.js';
import type { SessionOutlook } from '../functions/core/revocation/plan.js';
import type { RotationPhase, RotationPlan, RotationRequest } from '../functions/core/rotation-phase.js';
import { planRotation } from '../functions/core/rotation.js';
import type { Rest } from '../functions/shell/converge.js';
import { convergeOffboarding } from '../functions/shell/converge-offboarding.js';
import { convergeRotation } from '../functions/shell/converge-rotation.js';
import type { Journal } from '../functions/shell/journal.js';
import { type Lease, withLease } from '../functions/shell/lease.js';
import { evidenceBucketName, leaseTableName } from '../infra/names.js';
import type { Connection } from './connection.js';
import { CommandFailure } from './failure.js';
import { describeOutlook, revokeRoles } from './revoke-roles.js';
import type { LifecycleSettings } from './settings.js';

/** No test of a key takes longer. */
const longestRunMs = 5 * minuteMs;
/** As long as the deployed functions hold one: their time-out and the settle time are less. */
const leaseMs = 5 * minuteMs;

const noLease: Pick<Lease, 'keep'> = { keep: () => undefined };

/** A user that was seen to be gone, and when a second look may confirm it. */
export interface Absence {
  readonly name: UserName;
  readonly id: string | null;
  readonly until: Instant;
}

/** Takes users through their lives here and now, with the operator's own rights, and under the functions' leases. */
export class UserRuns {
  /** One name for the whole command: it may come back to a user whose lease it kept. */
  private readonly runId = `cli/${randomUUID()}`;
  private hasLeases = true;
  private bucket: Promise<string | null> | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly settings: LifecycleSettings,
    private readonly journal: Journal,
    private readonly tell: (line: string) => void,
  ) {}

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

  /** The second look at a user that was seen to be gone: it signs the departure off, where evidence is kept. */
  async confirmAbsence(gone: Absence): Promise<Rest<OffboardingFacts, OffboardingPhase>> {
    const { name: userName, id: userId, until } = gone;
    const absentSince = until - this.settings.windows.settleMs;
    return this.offboard(userName, { kind: 'continue', userName, userId, absentSince });
  }

  async offboard(
    name: UserName,
    request: OffboardingRequest,
  ): Promise<Rest<OffboardingFacts, OffboardingPhase>> {
    const { clients, clock } = this.connection;
    return this.underLease(name, async (lease) =>
      convergeOffboarding(name, request, lease, {
        functionName: 'cli',
        runId: this.runId,
        clients,
        clock,
        journal: this.journal,
        rules: this.offboardingRules,
        evidenceBucket: await this.evidenceBucket(name),
        beforeContainment: (user) => this.revokeSessions(user.name),
      }),
    );
  }

  /** What became of the sessions of those who were contained, by name. */
  readonly outlooks = new Map<UserName, readonly SessionOutlook[]>();

  /** The names of those of whom some session was not ended. */
  withSessionsLeft(): UserName[] {
    return [...this.outlooks].flatMap(([name, outlooks]) =>
      outlooks.some(({ revoked }) => revoked === 'no') ? [name] : [],
    );
  }

  private async revokeSessions(name: UserName): Promise<void> {
    const { listedRoles, windows } = this.settings;
    if (listedRoles.length === 0) return;
    const rules = { journal: this.journal, settleMs: windows.settleMs, leaseMs };
    const outlooks = await revokeRoles(listedRoles, name, this.connection, rules);
    for (const outlook of outlooks) this.tell(describeOutlook(name, outlook));
    this.outlooks.set(name, outlooks);
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
    return this.settings;
  }

  private get offboardingRules() {
    const { windows } = this.settings;
    return {
      ...this.settings,
      settleMs: windows.settleMs,
      quarantineMs: windows.offboardQuarantineMs,
    };
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

  /** Where no functions are deployed there is no bucket either, and a departure leaves no evidence. */
  evidenceBucket(name: UserName): Promise<string | null> {
    return (this.bucket ??= this.findBucket(name));
  }

  private async findBucket(name: UserName): Promise<string | null> {
    const { clients, accountId, isEmbedded } = this.connection;
    const bucket = evidenceBucketName(accountId, await clients.s3.config.region());
    if (await hasEvidence({ s3: clients.s3, bucket }, name)) return bucket;
    if (!isEmbedded) this.tell(`There is no bucket ${bucket} here: nothing is kept of who leaves.`);
    return null;
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
