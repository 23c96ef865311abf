import { createHash } from 'node:crypto';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import { type EvidenceStore, listEvidence, putOnce, readEvidence } from '../aws/evidence-store.js';
import { observeLateActs } from '../aws/observe-late-acts.js';
import { observeInlinePolicies, observeSecretsOf } from '../aws/observe-offboarding.js';
import { type SignedOff, isWorthRepeating } from '../core/announcements.js';
import { type TakenStep, departureRecord, recordForm, stepsForm } from '../core/departure-record.js';
import type { DepartureRecord, StepsNote } from '../core/departure-record.js';
import {
  type DepartureFolder,
  type FiledDeparture,
  evidenceKeyOf,
  filedDepartures,
  foundFile,
  recordFile,
  snapshotFile,
  stepsFile,
} from '../core/evidence-keys.js';
import type { OffboardingFacts, UserFacts } from '../core/facts.js';
import { type Instant, formatInstant } from '../core/instants.js';
import { type LateAct, whyLate } from '../core/late-acts.js';
import type { UserName } from '../core/names.js';
import { type OffboardingPhase, standingDeparture } from '../core/offboarding.js';
import { globalRegionOf } from '../core/regions.js';
import type { Looked } from '../core/review/looked.js';
import { type Snapshot, snapshotOf } from '../core/snapshot.js';
import { type Step, type Target, describe } from '../core/steps.js';
import { tag } from '../core/tags.js';
import { parseEvidence, recordSchema, snapshotSchema, stepsSchema } from './evidence-schema.js';
import type { Journal } from './journal.js';

export interface EvidenceDeps {
  readonly clients: Pick<Clients, 'iam' | 's3' | 'secretsManager' | 'cloudTrail'>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Names this run, and no other. */
  readonly runId: string;
  /** Where evidence is kept; null where nothing is deployed, and so none is. */
  readonly evidenceBucket: string | null;
  /** The message that this run is about was delivered before: what a run signed off that died then is told of again. */
  readonly isRedelivered?: boolean;
}

/**
 * What one run over a leaver writes down. The first look of a departure is its snapshot. It is written before the
 * password goes; where that fails the user is contained all the same, and nothing is destroyed before it is there. A run
 * that destroys writes down first what it found: what is gone after a crash stands there.
 */
export class Evidence {
  private readonly startedAt: string;
  private readonly taken: TakenStep[] = [];
  private look: Promise<string> | null = null;
  private isTried = false;
  private isKept = false;
  private isFoundKept = false;

  /** `original`: the user as it was before this run; `seen`: all that the run found. */
  constructor(
    private readonly deps: EvidenceDeps,
    private readonly original: UserFacts,
    private readonly seen: OffboardingFacts,
    private readonly departedAt: Instant,
  ) {
    this.startedAt = formatInstant(deps.clock.now());
  }

  /** To be called before each step, and with each look at a leaver. Throws where a purge is to begin and nothing says what was there. */
  async before(phase: OffboardingPhase['phase']): Promise<void> {
    if (phase === 'Purging') {
      if (!this.isKept) await this.keepSnapshot();
      if (!this.isFoundKept) await this.keepFound();
    } else if (phase === 'Containing' && !this.isTried) {
      await this.tryTo('keep the snapshot', () => this.keepSnapshot());
    }
  }

  after(step: Step, at: Instant): void {
    this.taken.push({ at: formatInstant(at), step: step.step, what: describe(step) });
  }

  /** To be called at the end of the run, whatever became of it. */
  async close(): Promise<void> {
    if (this.isTried && !this.isKept) await this.tryTo('keep the snapshot', () => this.keepSnapshot());
    if (this.taken.length === 0) return;
    const note: StepsNote = { form: stepsForm, by: this.deps.runId, steps: this.taken };
    await this.tryTo('keep what was done', () =>
      this.put(stepsFile(this.startedAt, this.deps.runId), JSON.stringify(note)),
    );
  }

  private async keepSnapshot(): Promise<void> {
    this.isTried = true;
    const isFirst = await this.put(snapshotFile, await this.looked());
    this.isKept = true;
    // The first look of all is what this run found.
    this.isFoundKept = isFirst;
  }

  private async keepFound(): Promise<void> {
    await this.put(foundFile(this.startedAt, this.deps.runId), await this.looked());
    this.isFoundKept = true;
  }

  private looked(): Promise<string> {
    return (this.look ??= this.take());
  }

  private async take(): Promise<string> {
    const { clients, clock } = this.deps;
    const { name } = this.original;
    const inline = await observeInlinePolicies(clients.iam, name, this.seen.inlinePolicyNames);
    const snapshot = snapshotOf(this.original, this.seen, inline, this.departedAt, clock.now());
    return JSON.stringify(snapshot);
  }

  private async put(file: string, text: string): Promise<boolean> {
    const { clients, evidenceBucket: bucket } = this.deps;
    if (bucket === null) return true;
    const folder: DepartureFolder = {
      userName: this.original.name,
      userId: this.original.id,
      departedAt: formatInstant(this.departedAt),
    };
    return putOnce({ s3: clients.s3, bucket }, evidenceKeyOf(folder, file), text);
  }

  /** Evidence that fails holds up no containment; a person is told, and the purge waits for the snapshot. */
  private async tryTo(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.look = null;
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.deps.journal.attention('Evidence', this.original.name, `failed to ${what}: ${why}`);
    }
  }
}

/** Null where the user is in no departure. */
export function evidenceOf(
  deps: EvidenceDeps,
  original: UserFacts | null,
  seen: OffboardingFacts,
): Evidence | null {
  const departedAt = seen.user && standingDeparture(seen.user);
  return original === null || departedAt === null ? null : new Evidence(deps, original, seen, departedAt);
}

/**
 * Signs off the departures of a user that was seen to be absent twice: one record for each that has none. A departure that
 * was taken back, or followed by another of the same user, ended without its going and gets none. Answers those that were
 * signed off here. `holderId`: of the user that has the name now, whose own departure is not over; null where nobody has.
 */
export async function signOff(
  userName: UserName,
  absentSince: Instant,
  holderId: string | null,
  deps: EvidenceDeps,
): Promise<SignedOff[]> {
  const { clients, evidenceBucket: bucket, clock, journal, runId } = deps;
  if (bucket === null) return [];
  const store: EvidenceStore = { s3: clients.s3, bucket };
  const filed = filedDepartures(await listEvidence(store, userName));
  const last = filed.filter(
    ({ userId }, index) =>
      userId !== holderId && filed.findIndex((other) => other.userId === userId) === index,
  );
  const done: SignedOff[] = [];
  for (const departure of last) {
    if (departure.snapshotKey === null) continue;
    if (departure.recordKey !== null) {
      done.push(...(await signedOffBefore(store, departure.recordKey, departure.snapshotKey, deps)));
      continue;
    }
    const { looks, notes, evidence } = await readDeparture(store, departure, departure.snapshotKey);
    const { name, id } = looks[0].user;
    const leaver = { name: name as UserName, id };
    const secrets = await observeSecretsOf(clients, leaver.name);
    const late = await lookForLateActs(leaver, Date.parse(departure.departedAt), deps);
    const now = clock.now();
    const unsigned = departureRecord(looks, notes, {
      absentSince,
      absentAgainAt: now,
      secrets,
      late,
      evidence,
    });
    const signedOff = { at: formatInstant(now), by: runId, sha256: sha256(JSON.stringify(unsigned)) };
    const record: DepartureRecord = { ...unsigned, signedOff };
    const key = evidenceKeyOf({ userName, ...departure }, recordFile);
    await putOnce(store, key, JSON.stringify(record));
    journal.note('the departure is signed off', { userName, form: recordForm, key });
    done.push({ record, key, owner: ownerIn(looks[0]) });
  }
  return done;
}

/** One, where a run before this one may have died between the record and the word of it; else none. */
async function signedOffBefore(
  store: EvidenceStore,
  key: string,
  snapshotKey: string,
  { isRedelivered = false, clock }: EvidenceDeps,
): Promise<SignedOff[]> {
  if (!isRedelivered) return [];
  const record = parseEvidence(recordSchema, await readEvidence(store, key), key);
  const occasion = { isRedelivered, now: clock.now() };
  if (!isWorthRepeating(occasion, Date.parse(record.signedOff.at))) return [];
  const snapshot = parseEvidence(snapshotSchema, await readEvidence(store, snapshotKey), snapshotKey);
  return [{ record, key, owner: ownerIn(snapshot) }];
}

function ownerIn({ user }: Snapshot): string | null {
  return user.tags[tag.owner] ?? null;
}

/** What a leaver still did, which a person is told of: nobody here may undo what is not its own. */
export async function lookForLateActs(
  user: Target,
  departedAt: Instant,
  { clients, clock, journal }: Pick<EvidenceDeps, 'clients' | 'clock' | 'journal'>,
): Promise<Looked<LateAct>> {
  const region = globalRegionOf(await clients.iam.config.region());
  const late = await observeLateActs(clients.cloudTrail(region), clock, user, departedAt);
  const why = whyLate(late.items, clock.now());
  if (why !== null) journal.attention('LateAct', user.name, why);
  for (const what of late.unread) journal.note(`not looked at: ${what}`, { userName: user.name });
  return late;
}

async function readDeparture(
  store: EvidenceStore,
  { foundKeys, stepsKeys }: FiledDeparture,
  snapshotKey: string,
): Promise<{
  readonly looks: readonly [Snapshot, ...Snapshot[]];
  readonly notes: readonly StepsNote[];
  readonly evidence: DepartureRecord['evidence'];
}> {
  const read = async (key: string) => ({ key, text: await readEvidence(store, key) });
  const first = await read(snapshotKey);
  const found = await Promise.all(foundKeys.map(read));
  const steps = await Promise.all(stepsKeys.map(read));
  return {
    looks: [
      parseEvidence(snapshotSchema, first.text, first.key),
      ...found.map(({ key, text }) => parseEvidence(snapshotSchema, text, key)),
    ],
    notes: steps.map(({ key, text }) => parseEvidence(stepsSchema, text, key)),
    evidence: [first, ...found, ...steps].map(({ key, text }) => ({ key, sha256: sha256(text) })),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
