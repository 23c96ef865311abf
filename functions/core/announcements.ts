import type { DepartureRecord } from './departure-record.js';
import {
  type Announcement,
  type AttentionNeeded,
  type DetailType,
  type OfUser,
  detailType,
} from './event-details.js';
import { type RotationFacts, type UserFacts, keyAtStage, stage } from './facts.js';
import { type Instant, dayMs, formatInstant, hourMs } from './instants.js';
import { keyStoreNameOf, readKeyWish } from './key-wish.js';
import type { LeakReport } from './leak-report.js';
import { versionIdOf } from './names.js';
import type { OffboardingPhase, OffboardingRequest } from './offboarding.js';
import type { UsedForData } from './review/key-use.js';
import type { Step } from './steps.js';
import { instantTag, tag } from './tags.js';

/** Makes an event of what a run found and did; a run that found nothing new makes none. */

/** How long ago a fact may be that a message which comes again, or a request that is repeated, says once more. */
const repeatMessageMs = dayMs;
const repeatRequestMs = hourMs;

/** A run that comes for a message again does not know whether the one before it died before it could speak. */
export interface Occasion {
  readonly isRedelivered: boolean;
  readonly now: Instant;
}

/** Whether a fact is so young that the run which came upon it, again, may be the first that lives to tell. */
export function isWorthRepeating({ isRedelivered, now }: Occasion, at: Instant): boolean {
  return isRedelivered && now - at <= repeatMessageMs;
}

/** That a key became current in this run; or lately, where the message comes again. */
export function announceKey(
  before: RotationFacts,
  { user, keys, secret }: RotationFacts,
  why: string,
  occasion: Occasion,
): Announcement | null {
  const keyId = keyAtStage(secret, stage.current);
  const key = keys.find(({ id }) => id === keyId);
  if (!key || secret === null) return null;
  const isNew = keyId !== keyAtStage(before.secret, stage.current);
  if (!isNew && !isWorthRepeating(occasion, key.createdAt)) return null;
  const store = readKeyWish(user.tags)?.store === 'ssm' ? 'ssm' : 'secretsmanager';
  return {
    type: detailType.keyRotated,
    detail: {
      ...ofUser(user),
      id: idOf(detailType.keyRotated, user.id, key.id),
      occurredAt: formatInstant(key.createdAt),
      why,
      keyId: key.id,
      previousKeyId: keyAtStage(secret, stage.previous),
      secret: {
        store,
        name: keyStoreNameOf(user),
        arn: secret.arn,
        versionId: store === 'ssm' ? null : versionIdOf(key.id),
      },
    },
  };
}

/**
 * That a user is there as it was asked for. Who asks again for one that is young is told of it again: the one before may
 * have died before it could speak.
 */
export function announceUser(
  user: UserFacts,
  {
    isChanged,
    askedBy,
    why,
  }: { readonly isChanged: boolean; readonly askedBy: string | null; readonly why: string },
  now: Instant,
): Announcement | null {
  if (!isChanged && now - user.createdAt > repeatRequestMs) return null;
  return {
    type: detailType.onboarded,
    detail: {
      ...ofUser(user),
      id: idOf(detailType.onboarded, user.id),
      occurredAt: formatInstant(user.createdAt),
      why,
      arn: user.arn,
      origin: user.tags[tag.origin] ?? null,
      roles: (user.tags[tag.roles] ?? '').split(' ').filter((role) => role !== ''),
      secretName: keyStoreNameOf(user),
      askedBy,
    },
  };
}

/** Where a run over a leaver came to rest. */
export interface DepartureRest {
  readonly at: OffboardingPhase;
  readonly seen: { readonly user: UserFacts | null };
  readonly steps: readonly Step[];
  readonly signedOff: readonly SignedOff[];
}

/** A departure whose record is filed; `key` is that of the record. */
export interface SignedOff {
  readonly record: DepartureRecord;
  readonly key: string;
  readonly owner: string | null;
}

/** What became of a leaver in this run; or of the very decision that comes again. */
export function announceDeparture(
  { at, seen: { user }, steps, signedOff }: DepartureRest,
  request: OffboardingRequest,
  occasion: Occasion,
): Announcement[] {
  const purged = signedOff.map(announcePurge);
  if (!user) return purged;
  if (at.phase === 'Quarantined') return [...purged, ...announceQuarantine(user, steps, request, occasion)];
  if (at.phase === 'Employed') return [...purged, ...announceReturn(user, steps, request, occasion)];
  return purged;
}

function announceQuarantine(
  user: UserFacts,
  steps: readonly Step[],
  request: OffboardingRequest,
  occasion: Occasion,
): Announcement[] {
  const decidedAt = instantTag(user.tags, tag.offboarded)!;
  const isRepeat =
    isWorthRepeating(occasion, decidedAt) ||
    (occasion.isRedelivered && request.kind === 'offboard' && request.at === decidedAt);
  if (steps.length === 0 && !isRepeat) return [];
  return [
    {
      type: detailType.quarantined,
      detail: {
        ...ofUser(user),
        id: idOf(detailType.quarantined, user.id, formatInstant(decidedAt)),
        occurredAt: formatInstant(decidedAt),
        why: user.tags[tag.reason] ?? 'no reason given',
        departedAt: formatInstant(instantTag(user.tags, tag.departed) ?? decidedAt),
        purgeAfter: formatInstant(instantTag(user.tags, tag.purgeAfter)!),
      },
    },
  ];
}

function announceReturn(
  user: UserFacts,
  steps: readonly Step[],
  request: OffboardingRequest,
  { isRedelivered }: Occasion,
): Announcement[] {
  const decidedAt = instantTag(user.tags, tag.restored);
  const isDone = steps.some((step) => step.step === 'UntagUser' && step.tagKeys.includes(tag.offboarded));
  const isRepeat = isRedelivered && request.kind === 'restore' && request.at === decidedAt;
  if (decidedAt === null || (!isDone && !isRepeat)) return [];
  return [
    {
      type: detailType.restored,
      detail: {
        ...ofUser(user),
        id: idOf(detailType.restored, user.id, formatInstant(decidedAt)),
        occurredAt: formatInstant(decidedAt),
        why: 'the return was decided after the departure',
      },
    },
  ];
}

function announcePurge({ record, key, owner }: SignedOff): Announcement {
  const { user, departedAt, signedOff } = record;
  return {
    type: detailType.purged,
    detail: {
      id: idOf(detailType.purged, user.id, departedAt),
      occurredAt: signedOff.at,
      userName: user.name,
      userId: user.id,
      owner,
      why: 'the user was seen to be absent twice, and its departure is signed off',
      departedAt,
      record: key,
    },
  };
}

/** `at`: when the news of the leak came, by which two leaks of one key differ. */
export function announceLeak(
  report: LeakReport & { readonly use: UsedForData | null },
  user: UserFacts | null,
  at: Instant,
): Announcement {
  return {
    type: detailType.leakAnswered,
    detail: {
      ...report,
      id: idOf(detailType.leakAnswered, report.keyId, formatInstant(at)),
      occurredAt: formatInstant(at),
      userId: user?.id ?? null,
      owner: user?.tags[tag.owner] ?? null,
    },
  };
}

/** `finding`: a name for what was found, the same as long as the same is found. One id a day: a reminder is no repeat. */
export function announceAttention(
  { kind, userName, why, functionName }: Pick<AttentionNeeded, 'kind' | 'userName' | 'why' | 'functionName'>,
  finding: string,
  now: Instant,
): Announcement {
  const day = formatInstant(now).slice(0, 10);
  return {
    type: detailType.attention,
    detail: {
      id: idOf(detailType.attention, kind, userName ?? '-', finding, day),
      occurredAt: formatInstant(now),
      userName,
      userId: null,
      owner: null,
      why,
      kind,
      functionName,
    },
  };
}

/** The same words about the same thing, however long it has been so. */
export function withoutSpans(why: string): string {
  return why.replaceAll(/\b\d+ (d|h|min|s)\b/g, '$1');
}

function ofUser({ name, id, tags }: UserFacts): Pick<OfUser, 'userName' | 'userId' | 'owner'> {
  return { userName: name, userId: id, owner: tags[tag.owner] ?? null };
}

function idOf(type: DetailType, ...parts: readonly string[]): string {
  return [type, ...parts].join('/');
}
