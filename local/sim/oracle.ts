import { createHash } from 'node:crypto';
import { stage } from '../../functions/core/facts.js';
import { keyIdOf, type AccessKeyId, type UserName } from '../../functions/core/names.js';
import { minuteMs, parseDuration } from '../../functions/core/instants.js';
import { denyAllPolicyArn } from '../../functions/core/steps.js';
import { tag } from '../../functions/core/tags.js';
import type { FunctionEnv } from '../deployment.js';
import type { Call, FakeAws } from '../fake-aws/fake-aws.js';
import { wholeSeconds } from '../fake-aws/iam-state.js';
import type { TrueKey, TrueUser } from '../fake-aws/truth.js';
import { type TrueKeyStore, keyStoreOf, partialKeyId } from './key-store.js';
import { announcedLeaks, checkLeakAnswer } from './leaked.js';
import { Violation } from './violation.js';
import { belongings, checkRecord, checkWrittenDown } from './evidence.js';
import { checkOffboardingOrder } from './offboarding-order.js';
import { checkPolicyWrite } from './policy-writes.js';
import { Deeds } from './told.js';
import { activeCredentials, isTombstoned, keyAt, livingKeys, tagOf } from './true-user.js';

export interface OracleOptions {
  readonly env: FunctionEnv;
  readonly surroundingsCaller: string;
  /** Leases are being lost on purpose: then the rule that only they can keep (S2, unsettled) is not asked. */
  readonly leasesAreLost?: boolean;
  /** Of a user whose emergency rotation was asked for: its old key goes at once (R2). */
  readonly isEmergency?: (user: TrueUser) => boolean;
  /** Of what is broken now: somebody else did that, and not the functions. */
  readonly isExcused?: (violation: Violation) => boolean;
}

/** What a scenario tells the oracle of itself. */
export interface KnownOfALife extends Omit<Partial<OracleOptions>, 'env'> {
  /** Where a deployment in the midst changes windows, the least of each. */
  readonly leastWindows?: Partial<FunctionEnv>;
}

/** What the oracle knew of a user before the effect that it judges now. */
interface Memory {
  readonly user: TrueUser;
  readonly currentId: AccessKeyId | null;
}

const secretsManager = 'secretsmanager';
const longestPropagationMs = 5 * minuteMs;

/** Judges the account after every effect, by the truth and not by what the functions see. */
export class Oracle {
  readonly violations: Violation[] = [];
  private readonly before = new Map<string, Memory>();
  /** When each key ceased to be current. */
  private readonly replacedAt = new Map<AccessKeyId, number>();
  /** When each key was given back, by a restore or on request: from then it has the settle time to be known again. */
  private readonly reactivatedAt = new Map<AccessKeyId, number>();
  private readonly deactivations = new Set<AccessKeyId>();
  /** What each leaver had when its departure was decided, by its unique id. */
  private readonly hadAtTombstone = new Map<string, readonly string[]>();
  private readonly deleted: TrueUser[] = [];
  private readonly deeds = new Deeds();
  private leaks: ReadonlyMap<string, number> = new Map();
  private readonly quietMs: number;
  private readonly overlapMs: number;
  private readonly settleMs: number;
  private readonly pendingLimitMs: number;

  constructor(
    private readonly account: FakeAws,
    private readonly options: OracleOptions,
    private readonly now: () => number,
  ) {
    this.overlapMs = parseDuration(options.env.OVERLAP);
    this.quietMs = parseDuration(options.env.QUIET);
    this.settleMs = parseDuration(options.env.SETTLE);
    this.pendingLimitMs = parseDuration(options.env.PENDING_LIMIT);
    account.onEffect((call) => this.judge(call));
  }

  private judge(call: Call): void {
    if (call.service !== 'iam' && call.service !== secretsManager && call.service !== 'ssm') return;
    this.leaks = announcedLeaks(this.account);
    const isOurs = call.caller !== this.options.surroundingsCaller;
    const name = call.input.UserName as UserName | undefined;
    if (isOurs && call.service === 'iam' && name !== undefined) this.judgeOwnCall(call, name);
    if (isOurs && call.operation === 'DeleteVirtualMFADevice') this.judgeDevice(call);
    const written = isOurs ? checkPolicyWrite(call, this.options.env) : null;
    if (written !== null) this.require(false, 'O4', written);
    for (const user of this.account.truth.users()) this.judgeUser(user, isOurs);
    this.remember();
  }

  /** Rules for a call of ours, against what was so just before it. */
  private judgeOwnCall(call: Call, name: UserName): void {
    const memory = this.before.get(name.toLowerCase());
    if (call.operation === 'CreateUser')
      return this.require(memory === undefined, 'O2', `${name} was created over another`);
    if (!memory) return this.require(false, 'S1', `${call.operation} on ${name}, which is unknown`);
    const { user, currentId } = memory;
    const isManaged = user.path.startsWith(this.options.env.USER_PATH) && tagOf(user, tag.managed) === 'true';
    this.require(isManaged, 'S1', `${call.operation} on ${name}, which is not managed`);
    const keyId = call.input.AccessKeyId as AccessKeyId | undefined;
    if (call.operation === 'CreateAccessKey') this.judgeMint(user);
    else if (keyId !== undefined) this.judgeKeyCall(call, user, keyId, currentId);
    const complaint = checkOffboardingOrder(call, user, this.now());
    if (complaint !== null) this.require(false, 'F1', complaint);
    this.judgeFall(call, user);
    this.judgeEvidence(call, user);
    const wrong = checkLeakAnswer(call, user, this.leaks, this.now());
    if (wrong !== null) this.require(false, wrong.slice(0, 2), wrong.slice(3));
  }

  private judgeEvidence(call: Call, before: TrueUser): void {
    const after = this.account.truth.user(before.name);
    if (after && isTombstoned(after) && !isTombstoned(before))
      this.hadAtTombstone.set(before.id, belongings(before));
    if (!isTombstoned(before)) return;
    const complaint = checkWrittenDown(this.account, this.options.env.EVIDENCE_BUCKET, call, before);
    if (complaint !== null) this.require(false, 'E1', complaint);
    if (call.operation !== 'DeleteUser') return;
    this.deleted.push(before);
    this.deeds.userDeleted(before);
  }

  /** What must be so once all is at rest. */
  judgeRecords(): void {
    for (const complaint of this.deeds.untold(this.account)) this.require(false, 'T1', complaint);
    for (const user of this.deleted) {
      const had = this.hadAtTombstone.get(user.id) ?? [];
      const complaint = checkRecord(this.account, this.options.env.EVIDENCE_BUCKET, user, had);
      if (complaint !== null) this.require(false, 'E2', complaint);
    }
  }

  /** After the tombstone active credentials of every kind only fall. */
  private judgeFall(call: Call, before: TrueUser): void {
    const after = this.account.truth.user(before.name);
    // A mint is judged by itself: without a lease one may come between.
    if (!after || !isTombstoned(before) || !isTombstoned(after) || call.operation === 'CreateAccessKey')
      return;
    const risen = activeCredentials(after).find((id) => !activeCredentials(before).includes(id));
    this.require(risen === undefined, 'F2', `${risen} of ${after.name} became Active after the tombstone`);
  }

  /** A virtual MFA device is named by itself alone: it must be the one that a leaver's purge wrote down. */
  private judgeDevice(call: Call): void {
    const device = call.input.SerialNumber;
    const isLeavers = this.account.truth
      .users()
      .some((user) => isTombstoned(user) && tagOf(user, tag.mfaRemoval) === device);
    this.require(isLeavers, 'S1', `the MFA device ${String(device)} is no leaver's`);
  }

  private judgeMint(user: TrueUser): void {
    // Without a lease a tombstone may come between a plan and its mint. IAM then refuses the mint by the role's
    // policy, which this account does not evaluate.
    const isLate = isTombstoned(user) && !this.options.leasesAreLost;
    this.require(!isLate, 'S2', `a key was minted for ${user.name}, which is tombstoned`);
    const living = livingKeys(user);
    this.require(living.length < 2, 'S2', `a key was minted for ${user.name}, which has ${living.length}`);
    if (this.options.leasesAreLost) return;
    const stored = this.storedKeys(user);
    const unsettled = living.find((key) => !stored.has(key.id) && this.now() - key.createdAt < this.settleMs);
    this.require(
      unsettled === undefined,
      'S2',
      `a key was minted for ${user.name} while ${unsettled?.id} was unsettled`,
    );
  }

  private judgeKeyCall(call: Call, user: TrueUser, keyId: AccessKeyId, currentId: AccessKeyId | null): void {
    const isTombstone = isTombstoned(user);
    const weakens = call.operation === 'DeleteAccessKey' || call.input.Status === 'Inactive';
    if (!weakens) {
      this.reactivatedAt.set(keyId, this.now());
      return;
    }
    // A leaked key goes at once, and with it whatever stands in the way of its successor.
    // After a departure no overlap is left to wait for.
    if (isTombstone) this.replacedAt.delete(keyId);
    if (isTombstone || this.leaks.has(keyId) || this.leaks.has(currentId ?? '')) return;
    this.require(
      keyId !== currentId,
      'R4',
      `the current key ${keyId} of ${user.name} was hit by ${call.operation}`,
    );
    const key = livingKeys(user).find(({ id }) => id === keyId);
    const secret = this.secretOf(user);
    const isPending = secret !== undefined && keyAt(secret, stage.pending) === keyId && keyId !== currentId;
    const mayDiscard =
      key === undefined ||
      key.status !== 'Active' ||
      // Who looks sees creation dates in whole seconds.
      this.now() >= wholeSeconds(key.createdAt).getTime() + this.pendingLimitMs;
    this.require(
      !isPending || mayDiscard,
      'R4',
      `the pending key ${keyId} of ${user.name} was hit by ${call.operation}`,
    );
    if (call.input.Status === 'Inactive') this.judgeDeactivation(user, keyId);
    const replacedAt = this.replacedAt.get(keyId);
    if (replacedAt === undefined || this.isEmergency(user)) return;
    const isRecent = this.now() - replacedAt < this.overlapMs;
    this.require(!isRecent, 'R2', `${keyId} was current less than the overlap ago`);
  }

  /** A key that a client used within the quiet time stays; one that is Inactive is not made so again and again. */
  private judgeDeactivation(user: TrueUser, keyId: AccessKeyId): void {
    const key = livingKeys(user).find(({ id }) => id === keyId);
    if (!key || this.isEmergency(user)) return;
    const isRecorded = tagOf(user, tag.deactivated)?.startsWith(keyId) ?? false;
    const isRepeated = key.status === 'Inactive' && isRecorded && this.deactivations.has(keyId);
    // Two workers that both lost their lease may both do it: once more, and not at every look.
    this.require(!isRepeated || this.options.leasesAreLost === true, 'C1', `${keyId} was deactivated again`);
    this.deactivations.add(keyId);
    const usedAt = key.lastUse?.service === 'sts' ? 0 : (key.lastUse?.at ?? 0);
    const isQuiet = this.now() - usedAt >= this.quietMs;
    this.require(
      isQuiet,
      'R2',
      `${keyId} was deactivated though a client used it less than the quiet time ago`,
    );
  }

  /** Rules for the state itself. */
  private judgeUser(user: TrueUser, isOurs: boolean): void {
    const living = livingKeys(user);
    this.require(living.length <= 2, 'S3', `${user.name} has ${living.length} keys`);
    const secret = this.secretOf(user);
    const currentId = secret ? keyAt(secret, stage.current) : null;
    const memory = this.before.get(user.name.toLowerCase());
    // The secret of an earlier holder of the name still names that one's key, until the first mint.
    if (!currentId || this.account.truth.key(currentId)?.ownerId !== user.id) return;
    if (isTombstoned(user) || tagOf(user, tag.managed) !== 'true') return;
    const current = living.find(({ id }) => id === currentId);
    // A user that is on its way back is denied until its key works again; one whose key leaked works with the next.
    if (
      !this.leaks.has(currentId) &&
      !user.attached.includes(denyAllPolicyArn) &&
      user.boundaryArn !== denyAllPolicyArn
    ) {
      this.require(
        current?.status === 'Active',
        'R1',
        `the current key ${currentId} of ${user.name} is ${current?.status ?? 'gone'}`,
      );
      const isReturning = this.now() < (this.reactivatedAt.get(currentId) ?? 0) + longestPropagationMs;
      this.require(
        isReturning || this.account.isUsable(currentId),
        'R1',
        `the current key ${currentId} of ${user.name} is not usable`,
      );
    }
    this.require(
      isWhole(secret!, this.account.truth.key(currentId)),
      'R1',
      `the current version for ${user.name} is torn`,
    );
    const partialId = partialKeyId(this.account, user);
    this.require(
      partialId === null ||
        this.leaks.has(partialId) ||
        living.some(({ id, status }) => id === partialId && status === 'Active'),
      'R1',
      `the parameter access_key_id of ${user.name} names ${partialId}, which does not work`,
    );
    const before = memory?.currentId;
    if (before !== currentId && isOurs) this.deeds.keyPromoted(currentId);
    if (!before || before === currentId) return;
    this.replacedAt.set(before, this.now());
    const goesBack = this.createdAt(currentId) < this.createdAt(before);
    this.require(!goesBack, 'R5', `the current key of ${user.name} went back from ${before} to ${currentId}`);
  }

  private remember(): void {
    this.before.clear();
    for (const user of this.account.truth.users()) {
      const secret = this.secretOf(user);
      this.before.set(user.name.toLowerCase(), {
        user,
        currentId: secret ? keyAt(secret, stage.current) : null,
      });
    }
  }

  private secretOf(user: TrueUser): TrueKeyStore | undefined {
    return keyStoreOf(this.account, user);
  }

  private storedKeys(user: TrueUser): ReadonlySet<string> {
    return new Set((this.secretOf(user)?.versions ?? []).map(({ id }) => keyIdOf(id) ?? ''));
  }

  private createdAt(keyId: AccessKeyId): number {
    return this.account.truth.key(keyId)?.createdAt ?? 0;
  }

  private isEmergency(user: TrueUser): boolean {
    return this.options.isEmergency?.(user) ?? false;
  }

  private require(holds: boolean, rule: string, what: string): void {
    if (holds) return;
    const violation = new Violation(rule, what);
    if (!this.options.isExcused?.(violation)) this.violations.push(violation);
  }
}

/** The value that a reader of AWSCURRENT gets is that key's own pair. */
function isWhole(secret: TrueKeyStore, key: TrueKey | undefined): boolean {
  const value = secret.versions.find(({ stages }) => stages.includes(stage.current))?.parsed as Record<
    string,
    unknown
  >;
  const hash = createHash('sha256').update(String(value.secretAccessKey)).digest('hex');
  return key !== undefined && value.accessKeyId === key.id && hash === key.secretHash;
}
