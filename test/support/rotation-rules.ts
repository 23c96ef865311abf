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
const minute = 60_000;
const hour = 3_600_000;
const day = 86_400_000;

const phases = new Set([
  ...['Offboarded', 'Withdrawn', 'Pending', 'Stranded', 'Settling', 'Unkeyed', 'Overlap', 'Quarantine'],
  ...['Foreign', 'Due', 'Exempt', 'Settled', 'Blocked'],
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
    case 'VerifyKey':
      return isPending(step.keyId, scene) ? null : `it tests ${step.keyId}, which is not pending`;
    case 'PromoteKey':
      return mayPromote(step.keyId, scene) ? null : `it promotes ${step.keyId}`;
    case 'ClearPending':
      return step.versionId !== labelled('AWSCURRENT', scene) ? null : 'it takes a label off the current version';
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
  const versions = Object.values(scene.seen.secret?.stages ?? {});
  return (
    versions.includes(`iam-access-key-${keyId}`) && !isAt('AWSCURRENT', keyId, scene) && !isPending(keyId, scene)
  );
}

function isHurried(key: KeyFacts, { request }: Scene): boolean {
  return request?.kind === 'emergency' && key.createdAt < request.at;
}

function recordedAt(name: string, keyId: AccessKeyId, { seen }: Scene): number {
  const text = seen.user.tags[name] ?? '';
  return text.startsWith(`${keyId} `) ? Date.parse(text.slice(keyId.length + 1)) : NaN;
}

function mayMint({ seen }: Scene): boolean {
  return (
    seen.keys.length < 2 &&
    seen.user.tags['iam-lifecycle:offboarded-at'] === undefined &&
    seen.user.tags['iam-lifecycle:managed'] === 'true' &&
    (seen.secret === null || seen.secret.deletedAt === null)
  );
}

function mayDelete(keyId: AccessKeyId, scene: Scene): boolean {
  const key = find(keyId, scene);
  if (!key || isAt('AWSCURRENT', keyId, scene)) return false;
  if (isPending(keyId, scene)) return key.status !== 'Active' || scene.now >= key.createdAt + hour;
  if (isOld(keyId, scene)) {
    const isOver = scene.now >= recordedAt('iam-lifecycle:deactivated-at', keyId, scene) + 7 * day;
    return key.status !== 'Active' && (isHurried(key, scene) || isOver);
  }
  return isProvablyOurs(key, scene) && scene.now >= key.createdAt + 2 * minute;
}

/** The only key that can have come of the intent, and used by nothing but our own test. */
function isProvablyOurs(key: KeyFacts, { seen }: Scene): boolean {
  const intentAt = Date.parse(seen.user.tags['iam-lifecycle:mint-intent'] ?? '');
  const isInWindow = ({ createdAt }: KeyFacts) =>
    createdAt >= intentAt - minute && createdAt <= intentAt + 5 * minute;
  if (!isInWindow(key) || seen.keys.filter(isInWindow).length !== 1) return false;
  if (key.lastUse === 'unread') return false;
  return key.lastUse === 'never' || (key.lastUse.service === 'sts' && key.lastUse.at <= key.createdAt + hour);
}

function mayDeactivate(keyId: AccessKeyId, scene: Scene): boolean {
  const key = find(keyId, scene);
  if (!key || !isOld(keyId, scene)) return false;
  // An Inactive key is deactivated again only to write down, once, since when it is.
  if (key.status !== 'Active') return Number.isNaN(recordedAt('iam-lifecycle:deactivated-at', keyId, scene));
  const current = scene.seen.keys.find(({ id }) => isAt('AWSCURRENT', id, scene));
  if (current?.status !== 'Active') return false;
  if (isHurried(key, scene)) return true;
  if (scene.now < current.createdAt + hour + 7 * day || key.lastUse === 'unread') return false;
  const heldAt = recordedAt('iam-lifecycle:reactivated-at', keyId, scene);
  const usedAt = key.lastUse === 'never' ? key.createdAt : key.lastUse.at;
  return scene.now >= usedAt + 2 * day && !(scene.now < heldAt + 2 * day);
}

function mayReactivate(keyId: AccessKeyId, scene: Scene): boolean {
  const isAsked = scene.request?.kind === 'reactivate';
  return isAsked && isOld(keyId, scene) && find(keyId, scene)?.status === 'Inactive';
}

/** Only the pending key, newer than the current one, that passed its test or is to pass it right before. */
function mayPromote(keyId: AccessKeyId, scene: Scene): boolean {
  const { seen, plan, now } = scene;
  const key = find(keyId, scene);
  if (key?.status !== 'Active' || !isPending(keyId, scene) || now >= key.createdAt + hour) return false;
  const current = seen.keys.find(({ id }) => isAt('AWSCURRENT', id, scene));
  if (current && current.createdAt > key.createdAt) return false;
  const [first] = plan.steps;
  return seen.verified === keyId || (first?.step === 'VerifyKey' && first.keyId === keyId);
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
