import {
  type KeyFacts,
  type RotationFacts,
  type Territory,
  keyAtStage,
  stage,
  targetOf,
  whyNotManaged,
} from './facts.js';
import { type Instant, formatSpan, readInstant } from './instants.js';
import { type Cast, castKeys, mayAnswer } from './key-cast.js';
import { keyWishFault, readKeyWish } from './key-wish.js';
import { forgetDeleted, whenKeyless } from './keyless.js';
import { makeRoom, whenLeakedKeyIsActive, whenLeakedKeyIsKept } from './leaked-keys.js';
import { keyIdOf } from './names.js';
import { whenOldKey } from './retirement.js';
import {
  type RotationPhase,
  type RotationPlan,
  type RotationRequest,
  type RotationRules,
  blocked,
  isOlderThan,
  rest,
} from './rotation-phase.js';
import type { ParameterTarget, Step } from './steps.js';
import { instantTag, tag, tagPrefix } from './tags.js';
import type { Windows } from './windows.js';

/** The phase alone: what planRotation answers without its steps. */
export function phaseOf(
  seen: RotationFacts,
  request: RotationRequest | null,
  rules: RotationRules,
  now: Instant,
): RotationPhase {
  return planRotation(seen, request, rules, now).at;
}

/** One user's key rotation as a total function of what was seen. The first line that applies wins. */
export function planRotation(
  seen: RotationFacts,
  request: RotationRequest | null,
  rules: RotationRules,
  now: Instant,
): RotationPlan {
  const { windows } = rules;
  const cast = castKeys(seen, windows);
  return (
    whenNotOurs(seen, rules) ??
    whenLeakedKeyIsActive(seen, now) ??
    whenKeyless(seen, cast, windows, now) ??
    whenSecretWithdrawn(seen) ??
    whenTorn(seen, cast) ??
    whenPending(seen, cast, windows, now) ??
    whenStranded(seen, cast, windows, now) ??
    whenUnkeyed(seen, cast, windows, now) ??
    whenCurrentIsOff(cast, request) ??
    whenOldKey(seen, cast, request, windows, now) ??
    whenLeakedKeyIsKept(seen, cast, request, windows, now) ??
    whenYoung(seen, cast.current!, cast.foreign, request, windows, now)
  );
}

function whenNotOurs({ user }: RotationFacts, territory: Territory): RotationPlan | null {
  const offboardedAt = user.tags[tag.offboarded];
  if (offboardedAt !== undefined) {
    return rest({ phase: 'Offboarded', at: offboardedAt }, 'the user carries the tombstone');
  }
  const reason = whyNotManaged(user, territory);
  if (reason !== null) {
    return blocked(reason);
  }
  const fault = keyWishFault(user.tags);
  return fault === null ? null : blocked(fault);
}

/** The parameters of one key are written one after the other, the credentials first: those are whole at any time. */
function whenTorn(seen: RotationFacts, { current }: Cast): RotationPlan | null {
  const parameters = parametersOf(seen);
  if (!seen.secret?.isTorn || !current || parameters === null) return null;
  return rest({ phase: 'Torn', keyId: current.id }, 'some parameters hold another key than the credentials', [
    { step: 'MendParameters', user: targetOf(seen.user), keyId: current.id, parameters },
  ]);
}

function whenSecretWithdrawn({ user, secret }: RotationFacts): RotationPlan | null {
  if (!secret || secret.deletedAt === null) return null;
  return rest({ phase: 'Withdrawn' }, 'somebody scheduled the secret of a living user for deletion', [
    { step: 'RestoreSecret', user: targetOf(user), secretArn: secret.arn },
  ]);
}

function whenPending(seen: RotationFacts, cast: Cast, windows: Windows, now: Instant): RotationPlan | null {
  const { user, secret } = seen;
  const { pending, current } = cast;
  if (!secret) return null;
  if (cast.strayPendingVersion !== null) {
    return (
      whenUnsettled(seen, windows, now) ??
      rest(
        { phase: 'Pending', keyId: keyIdOf(cast.strayPendingVersion)!, until: now },
        'the pending key no longer exists',
        [clearPending(seen)],
      )
    );
  }
  if (!pending) return null;
  const at = {
    phase: 'Pending',
    keyId: pending.id,
    until: pending.createdAt + windows.pendingLimitMs,
  } as const;
  if (current && pending.createdAt < current.createdAt) {
    return blocked(`the pending key ${pending.id} is older than the current key ${current.id}`);
  }
  const promote: Step = {
    step: 'PromoteKey',
    user: targetOf(user),
    secretArn: secret.arn,
    keyId: pending.id,
    fromVersionId: secret.stages[stage.current] ?? null,
  };
  if (pending.status !== 'Active') {
    return rest(at, `the pending key is ${pending.status}`, discardPending(seen, pending));
  }
  if (seen.verified === pending.id) return rest(at, 'the pending key passed its test', [promote]);
  // No secret is ever read back, so nobody but the run that made a key can test it. By then that run is over.
  if (now < at.until) return rest(at, 'the run that made the pending key may not be over');
  return rest(
    at,
    `the pending key was not made current within ${formatSpan(windows.pendingLimitMs)}: nobody can test it any more`,
    discardPending(seen, pending),
  );
}

function whenStranded(
  seen: RotationFacts,
  { stranded }: Cast,
  windows: Windows,
  now: Instant,
): RotationPlan | null {
  if (!stranded) return null;
  const until = stranded.createdAt + windows.settleMs;
  const why = 'a key of ours was created, never stored and never used: nobody holds its secret';
  const steps: Step[] =
    now >= until ? [{ step: 'DeleteKey', user: targetOf(seen.user), keyId: stranded.id }] : [];
  return rest({ phase: 'Stranded', keyId: stranded.id, until }, why, steps);
}

function whenUnkeyed(seen: RotationFacts, cast: Cast, windows: Windows, now: Instant): RotationPlan | null {
  if (cast.current) return null;
  if (seen.keys.length >= 2) {
    return makeRoom(seen, cast) ?? blocked(`no key is current, and ${list(seen.keys)} take both slots`);
  }
  return (
    whenUnsettled(seen, windows, now) ??
    rest({ phase: 'Unkeyed' }, 'a key is wanted and none is current', mint(seen, now))
  );
}

function whenCurrentIsOff({ current }: Cast, request: RotationRequest | null): RotationPlan | null {
  if (current?.status === 'Active' || isAsked(current!, request)) return null;
  return blocked(
    `the current key ${current!.id} is ${current!.status}: ask for a rotation, or make it Active again`,
  );
}

/** A request for a new key is met by any key that is not older. */
function isAsked(current: KeyFacts, request: RotationRequest | null): boolean {
  return request !== null && request.kind !== 'reactivate' && isOlderThan(current, request);
}

/** One current key and no predecessor: is it time for the next? */
function whenYoung(
  seen: RotationFacts,
  current: KeyFacts,
  foreign: readonly KeyFacts[],
  request: RotationRequest | null,
  windows: Windows,
  now: Instant,
): RotationPlan {
  const asked = isAsked(current, request);
  const dueAt = current.createdAt + windows.rotateAfterMs;
  const due = asked || now >= dueAt;
  const exempt = due && !asked ? whenExempt(seen, now) : null;
  if (exempt) return exempt;
  if (due && seen.keys.length >= 2) {
    return blocked(
      `the key is due for rotation, and ${list(foreign)}, which we did not make, takes the second slot`,
    );
  }
  if (foreign.length > 0) {
    const keyIds = foreign.map((key) => key.id);
    return rest(
      { phase: 'Foreign', keyIds },
      `${list(foreign)} was not made here: it is reported and never touched`,
    );
  }
  const age = formatSpan(now - current.createdAt);
  if (!due)
    return rest(
      { phase: 'Settled', until: dueAt },
      `the key is ${age} old`,
      forgetDeleted(seen.user, seen.keys, windows, now),
    );
  return (
    whenUnsettled(seen, windows, now) ??
    rest(
      { phase: 'Due', since: asked ? request!.at : dueAt },
      asked ? 'a new key was asked for' : `the key is older than ${formatSpan(windows.rotateAfterMs)}`,
      mint(seen, now),
    )
  );
}

function whenExempt({ user }: RotationFacts, now: Instant): RotationPlan | null {
  const text = user.tags[tag.exemptUntil];
  if (text === undefined) return null;
  const until = readInstant(text);
  if (until === null)
    return blocked(`the tag ${tag.exemptUntil} is "${text}": it must be an ISO 8601 instant`);
  return now < until ? rest({ phase: 'Exempt', until }, 'the key is due and exempt by its tag') : null;
}

/** After an intent whose key is not to be seen, the key may only not be visible yet: nothing is concluded before it settles. */
function whenUnsettled(seen: RotationFacts, windows: Windows, now: Instant): RotationPlan | null {
  const intentAt = instantTag(seen.user.tags, tag.mintIntent);
  if (intentAt === null) return null;
  const stored = new Set(Object.values(seen.secret?.stages ?? {}).map(keyIdOf));
  if (seen.keys.some((key) => mayAnswer(key, intentAt, stored.has(key.id)))) return null;
  const until = intentAt + windows.settleMs;
  return now < until
    ? rest({ phase: 'Settling', until }, 'a key may have been created and not be visible yet')
    : null;
}

function mint(seen: RotationFacts, now: Instant): Step[] {
  const { user, secret } = seen;
  const parameters = parametersOf(seen);
  return [
    {
      step: 'MintKey',
      user: targetOf(user),
      secretArn: secret?.arn ?? null,
      intentAt: now,
      // The first version of a secret becomes AWSCURRENT by itself, and a parameter knows one value: where storing is
      // promoting, the test comes first.
      storeIsPromote: parameters !== null || keyAtStage(secret, stage.current) === null,
      kmsKeyId: readKeyWish(user.tags)?.kmsKeyId ?? null,
      parameters,
    },
  ];
}

/** Where the user's key goes in SSM; null where it is kept in a secret. */
function parametersOf({ user, secret }: RotationFacts): ParameterTarget | null {
  const wish = readKeyWish(user.tags);
  if (wish?.store !== 'ssm') return null;
  const own = Object.entries(user.tags).filter(([key]) => key === tag.managed || !key.startsWith(tagPrefix));
  return { wish, replaces: keyAtStage(secret, stage.current), tags: Object.fromEntries(own) };
}

/** The key goes before its label: a key without a label could not be told from a stranger's. */
function discardPending(seen: RotationFacts, pending: KeyFacts): Step[] {
  return [{ step: 'DeleteKey', user: targetOf(seen.user), keyId: pending.id }, clearPending(seen)];
}

function clearPending({ user, secret }: RotationFacts): Step {
  return {
    step: 'ClearPending',
    user: targetOf(user),
    secretArn: secret!.arn,
    versionId: secret!.stages[stage.pending]!,
  };
}

function list(keys: readonly KeyFacts[]): string {
  return keys.map((key) => key.id).join(' and ');
}
