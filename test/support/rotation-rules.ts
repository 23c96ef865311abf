import type { Outcome } from '../../functions/core/advance.js';
import type { KeyFacts, RotationFacts } from '../../functions/core/facts.js';
import type { AccessKeyId } from '../../functions/core/names.js';
import type { RotationPlan, RotationRequest } from '../../functions/core/rotation-phase.js';
import type { Step } from '../../functions/core/steps.js';
import { secretArn } from './account.js';

/**
 * What a rotation may never do, said a second time and in another way than the planner says it: a judge of one step
 * against the facts that were seen. Lengths of time are those of test/support/windows.ts.
 */
const second = 1000;
const minute = 60_000;
const hour = 3_600_000;
const day = 86_400_000;

const phases = new Set([
  'Offboarded',
  'Withdrawn',
  'Pending',
  'Stranded',
  'Settling',
  'Unkeyed',
  'Overlap',
  'Quarantine',
  'Foreign',
  'Due',
  'Exempt',
  'Settled',
  'Blocked',
]);

interface Scene {
  readonly seen: RotationFacts;
  readonly request: RotationRequest | null;
  readonly plan: RotationPlan;
  readonly now: number;
}

export function violations(
  seen: RotationFacts,
  request: RotationRequest | null,
  plan: RotationPlan,
  now: number,
): string[] {
  const scene = { seen, request, plan, now };
  const findings = plan.steps.flatMap((step) => judge(step, scene) ?? []);
  if (!phases.has(plan.at.phase)) findings.push(`${plan.at.phase} is no phase`);
  if ('until' in plan.at && !Number.isFinite(plan.at.until)) findings.push('until is no instant');
  if (plan.why === '') findings.push('it does not say why');
  if (plan.steps.length > 0 && seen.user.tags['iam-lifecycle:managed'] !== 'true')
    findings.push('it touches a user that is not managed');
  if (plan.steps.length > 0 && seen.user.tags['iam-lifecycle:offboarded-at'] !== undefined)
    findings.push('it touches a user with the tombstone');
  return findings;
}

/** What is wrong with a step; null where nothing is. */
function judge(step: Step, scene: Scene): string | null {
  switch (step.step) {
    case 'MintKey':
      return mayMint(scene) ? null : 'it mints where it must not';
    case 'DeleteKey':
      return mayDelete(step.keyId, scene) ? null : `it deletes ${step.keyId}`;
    case 'DeactivateKey':
      return mayDeactivate(step.keyId, scene) ? null : `it deactivates ${step.keyId}`;
    case 'ReactivateKey':
      return mayReactivate(step.keyId, scene) ? null : `it reactivates ${step.keyId}`;
    case 'PromoteKey':
      return mayPromote(step.keyId, scene) ? null : `it promotes ${step.keyId}`;
    case 'ClearPending':
      return mayClear(step.versionId, scene) ? null : `it takes a label off ${step.versionId}`;
    case 'RestoreSecret':
      return scene.seen.secret?.deletedAt != null ? null : 'it restores a secret that is not deleted';
    case 'UntagUser':
      return step.tagKeys.join(' ') === 'iam-lifecycle:deactivated-at' ? null : 'it removes another tag';
    default:
      return `${step.step} is no step of a rotation`;
  }
}

function labelled(label: string, { seen }: Scene): string | undefined {
  return seen.secret?.stages[label];
}

function isAt(label: string, keyId: AccessKeyId, scene: Scene): boolean {
  return labelled(label, scene) === `iam-access-key-${keyId}`;
}

function isPending(keyId: AccessKeyId, scene: Scene): boolean {
  return isAt('AWSPENDING', keyId, scene) && !isAt('AWSCURRENT', keyId, scene);
}

function find(keyId: AccessKeyId, { seen }: Scene): KeyFacts | undefined {
  return seen.keys.find((key) => key.id === keyId);
}

/** In a version, and neither current nor pending. */
function isOld(keyId: AccessKeyId, scene: Scene): boolean {
  return isStored(keyId, scene) && !isAt('AWSCURRENT', keyId, scene) && !isPending(keyId, scene);
}

function isStored(keyId: AccessKeyId, { seen }: Scene): boolean {
  return Object.values(seen.secret?.stages ?? {}).includes(`iam-access-key-${keyId}`);
}

function currentOf({ seen }: Scene): KeyFacts | undefined {
  return seen.keys.find(({ id }) => seen.secret?.stages['AWSCURRENT'] === `iam-access-key-${id}`);
}

function isHurried(key: KeyFacts, { request }: Scene): boolean {
  return request?.kind === 'emergency' && key.createdAt < request.at;
}

/** Somebody asked for a key that is newer than this one; a key of the same second is new enough. */
function isReplaced({ createdAt }: KeyFacts, { request }: Scene): boolean {
  if (request === null || request.kind === 'reactivate') return false;
  return Math.floor(createdAt / second) < Math.floor(request.at / second);
}

function recordedAt(name: string, keyId: AccessKeyId, { seen }: Scene): number {
  const text = seen.user.tags[name] ?? '';
  return text.startsWith(`${keyId} `) ? Date.parse(text.slice(keyId.length + 1)) : NaN;
}

/** Since when the old key is surely out of use: a record that an even later return made void says nothing. */
function deactivatedAt(keyId: AccessKeyId, scene: Scene): number {
  const at = recordedAt('iam-lifecycle:deactivated-at', keyId, scene);
  return at < recordedAt('iam-lifecycle:reactivated-at', keyId, scene) ? NaN : at;
}

function mayMint(scene: Scene): boolean {
  const { seen } = scene;
  const hasRoom = seen.keys.length < 2 && (seen.secret === null || seen.secret.deletedAt === null);
  return hasRoom && isNextKeyDue(scene) && !isMintUnseen(scene);
}

/** There is no current key, or it was asked to be replaced, or it works, is 60 days old and not exempt. */
function isNextKeyDue(scene: Scene): boolean {
  const current = currentOf(scene);
  if (!current || isReplaced(current, scene)) return true;
  const exempt = scene.seen.user.tags['iam-lifecycle:exempt-until'];
  const isExempt = exempt !== undefined && !(scene.now >= Date.parse(exempt));
  return current.status === 'Active' && scene.now >= current.createdAt + 60 * day && !isExempt;
}

/** The last mint is younger than the settle time, and no key that is to be seen can have come of it. */
function isMintUnseen(scene: Scene): boolean {
  const { seen, now } = scene;
  return now < intentOf(scene) + 2 * minute && !seen.keys.some((key) => mayHaveComeOfIntent(key, scene));
}

function intentOf({ seen }: Scene): number {
  return Date.parse(seen.user.tags['iam-lifecycle:mint-intent'] ?? '');
}

/** Clocks may differ by less than a minute; of a key that is stored, only the whole second of its date is allowed for. */
function mayHaveComeOfIntent({ id, createdAt }: KeyFacts, scene: Scene): boolean {
  const earliest = intentOf(scene) - (isStored(id, scene) ? second : minute);
  return createdAt > earliest && createdAt <= intentOf(scene) + 5 * minute;
}

function mayDelete(keyId: AccessKeyId, scene: Scene): boolean {
  const key = find(keyId, scene);
  if (!key || isAt('AWSCURRENT', keyId, scene)) return false;
  if (isPending(keyId, scene)) return key.status !== 'Active' || scene.now >= key.createdAt + hour;
  if (isOld(keyId, scene)) {
    const isOver = scene.now >= deactivatedAt(keyId, scene) + 7 * day;
    return key.status !== 'Active' && (isHurried(key, scene) || isOver);
  }
  return isProvablyOurs(key, scene) && scene.now >= key.createdAt + 2 * minute;
}

/** The only key that can have come of the intent, and used by nothing but our own test. */
function isProvablyOurs(key: KeyFacts, scene: Scene): boolean {
  const answers = scene.seen.keys.filter((one) => mayHaveComeOfIntent(one, scene));
  if (answers.length !== 1 || answers[0] !== key) return false;
  if (key.lastUse === 'unread') return false;
  return key.lastUse === 'never' || (key.lastUse.service === 'sts' && key.lastUse.at <= key.createdAt + hour);
}

function mayDeactivate(keyId: AccessKeyId, scene: Scene): boolean {
  const key = find(keyId, scene);
  if (!key || !isOld(keyId, scene)) return false;
  // An Inactive key is deactivated again only to write down, once, since when it is.
  if (key.status !== 'Active') return Number.isNaN(deactivatedAt(keyId, scene));
  const current = currentOf(scene);
  if (!current) return false;
  if (isHurried(key, scene)) return current.status === 'Active' || isReplaced(current, scene);
  // It may be the only key that works: without an emergency it is not taken from whoever lives on it.
  if (current.status !== 'Active' || key.lastUse === 'unread') return false;
  const returnedAt = recordedAt('iam-lifecycle:reactivated-at', keyId, scene);
  if (scene.now < current.createdAt + hour + 7 * day || scene.now < returnedAt + 7 * day) return false;
  const usedAt = key.lastUse === 'never' ? key.createdAt : key.lastUse.at;
  return scene.now >= usedAt + 2 * day;
}

/** Asked for, and not answered yet: what was done to the key since then is the newer word. */
function mayReactivate(keyId: AccessKeyId, scene: Scene): boolean {
  const { request } = scene;
  if (request?.kind !== 'reactivate' || !isOld(keyId, scene)) return false;
  const isVoid = ['iam-lifecycle:deactivated-at', 'iam-lifecycle:reactivated-at'].some(
    (name) => request.at <= recordedAt(name, keyId, scene),
  );
  return find(keyId, scene)?.status === 'Inactive' && !isVoid;
}

/** Never off the current version, and not before the key is gone: without its label it would be a stranger. */
function mayClear(versionId: string, scene: Scene): boolean {
  if (versionId !== labelled('AWSPENDING', scene) || versionId === labelled('AWSCURRENT', scene))
    return false;
  const isThere = scene.seen.keys.some(({ id }) => versionId === `iam-access-key-${id}`);
  const [first] = scene.plan.steps;
  return !isThere || (first?.step === 'DeleteKey' && versionId === `iam-access-key-${first.keyId}`);
}

/** Only the pending key that works, newer than the current one, that was made and passed its test in this run. */
function mayPromote(keyId: AccessKeyId, scene: Scene): boolean {
  const { seen } = scene;
  const key = find(keyId, scene);
  if (key?.status !== 'Active' || !isPending(keyId, scene)) return false;
  const current = currentOf(scene);
  if (current && current.createdAt > key.createdAt) return false;
  return seen.verified === keyId;
}

/** A step that went well. A minted key is made now and has an id that no other has. */
export function outcomeOf(step: Step, now: number, count: number): Outcome {
  if (step.step === 'CreateUser') throw new Error('a rotation creates no user');
  if (step.step !== 'MintKey') return { step: step.step };
  return {
    step: 'MintKey',
    keyId: `AKIAMINTED0000000${String(count).padStart(3, '0')}` as AccessKeyId,
    createdAt: now,
    secretArn,
    isCurrent: step.storeIsPromote || step.secretArn === null,
  };
}
