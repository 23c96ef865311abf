import type { FiledDeparture } from './evidence-keys.js';
import type { UserFacts } from './facts.js';
import { targetOf } from './facts.js';
import { readKeyWish } from './key-wish.js';
import type { UserName } from './names.js';
import type { Stock } from './roster/look.js';
import type { SeenUser } from './roster/roster-facts.js';
import type { RosterUser } from './roster/roster.js';
import type { RosterStep } from './roster/roster-steps.js';
import type { Snapshot } from './snapshot.js';
import type { Target } from './steps.js';
import { type Tags, originTags, rosterTags, tag, tagPrefix } from './tags.js';

/** What a restore makes of a snapshot: of a user that is still there, and of one that is gone. */

/** What says whose a user is and how it lives; all other tags of ours are a life's own. */
const keptTags: readonly string[] = [...originTags, ...rosterTags];

function tagsAgain({ user }: Snapshot): Tags {
  const kept = Object.entries(user.tags).filter(
    ([key]) => keptTags.includes(key) || !(key.startsWith(tagPrefix) || key.toLowerCase().startsWith('aws:')),
  );
  return Object.fromEntries(kept);
}

/** All tags of a user that is made anew. The last goes when everything is given back: until then the restore is unfinished. */
export function rebornTags(snapshot: Snapshot): Tags {
  const { user, departedAt } = snapshot;
  return { ...tagsAgain(snapshot), [tag.restoredFrom]: user.id, [tag.restoring]: departedAt };
}

/** The departure from which a user with these tags is being restored; null where nothing is left to finish. */
export function unfinishedRestore(tags: Tags): Pick<FiledDeparture, 'userId' | 'departedAt'> | null {
  const userId = tags[tag.restoredFrom];
  const departedAt = tags[tag.restoring];
  return userId === undefined || departedAt === undefined ? null : { userId, departedAt };
}

/** The last step of a restore. */
export function planRestored(user: Target): RosterStep {
  return { step: 'UntagUser', user, tagKeys: [tag.restoring] };
}

/** The user as a roster would ask for it, so that the roster's planner makes it. `boundaryArn`: of one that had none. */
export function rosterUserOf(snapshot: Snapshot, boundaryArn: string): RosterUser {
  const { name, path, tags } = snapshot.user;
  return {
    kind: 'person',
    name: name as UserName,
    nameFull: name,
    enabled: true,
    path,
    boundaryArn: snapshot.user.boundaryArn ?? boundaryArn,
    tags: tagsAgain(snapshot),
    roles: [],
    policyArns: snapshot.policyArns,
    inlinePolicies: snapshot.inlinePolicies,
    groupNames: snapshot.groupNames,
    key: readKeyWish(tags),
    login: null,
    sshPublicKey: null,
    forceDestroy: tags[tag.forceDestroy] === 'true',
    quarantine: tags[tag.quarantine] ?? null,
  };
}

/**
 * What the snapshot gives and the user lacks: somebody took it from one that was in its quarantine, or the restore of one
 * that was purged was cut off. Of the latter the key, too, may be missing.
 */
export function planMissing(snapshot: Snapshot, seen: SeenUser, stock: Stock): RosterStep[] {
  const user = targetOf(seen.user);
  const missingTags = Object.entries(tagsAgain(snapshot)).filter(([key]) => !hasTag(seen.user, key));
  const { boundaryArn } = snapshot.user;
  const inlinePolicies = Object.entries(snapshot.inlinePolicies).filter(
    ([name]) => !Object.hasOwn(seen.inlinePolicies, name),
  );
  const isUnfinished = unfinishedRestore(seen.user.tags) !== null;
  const wantsKey = readKeyWish(snapshot.user.tags) !== null;
  return [
    ...(missingTags.length === 0
      ? []
      : [{ step: 'TagUser', user, tags: Object.fromEntries(missingTags) } as const]),
    ...(boundaryArn === null || boundaryArn === seen.user.boundaryArn
      ? []
      : [{ step: 'SetBoundary', user, boundaryArn } as const]),
    ...snapshot.policyArns
      .filter((arn) => !seen.policyArns.includes(arn) && stock.hasPolicy(arn))
      .map((policyArn) => ({ step: 'AttachPolicy', user, policyArn }) as const),
    ...snapshot.groupNames
      .filter((name) => !seen.groupNames.includes(name) && stock.hasGroup(name))
      .map((groupName) => ({ step: 'JoinGroup', user, groupName }) as const),
    ...inlinePolicies.map(
      ([policyName, document]) => ({ step: 'PutInlinePolicy', user, policyName, document }) as const,
    ),
    ...(isUnfinished && wantsKey ? [{ step: 'EnsureKey', user } as const] : []),
    ...(isUnfinished ? [planRestored(user)] : []),
  ];
}

/** IAM does not tell the case of a user's tag keys apart. */
function hasTag({ tags }: UserFacts, key: string): boolean {
  return Object.keys(tags).some((other) => other.toLowerCase() === key.toLowerCase());
}

/** What a policy or a group that is there no more cannot give. */
export function nonexistentGrants(snapshot: Snapshot, stock: Stock): string[] {
  return [
    ...snapshot.policyArns
      .filter((arn) => !stock.hasPolicy(arn))
      .map((arn) => `the policy ${arn}, which does not exist any more`),
    ...snapshot.groupNames
      .filter((name) => !stock.hasGroup(name))
      .map((name) => `the group ${name}, which does not exist any more`),
  ];
}

const ids = (things: readonly { readonly id: string }[]): string => things.map(({ id }) => id).join(', ');

/** What no restore can give back to a user that is made anew, in words. */
export function lostWithTheUser(snapshot: Snapshot): string[] {
  const credentials = (kind: Snapshot['credentials'][number]['kind']) =>
    snapshot.credentials.filter((credential) => credential.kind === kind);
  const rows: readonly (readonly [string, string])[] = [
    ['the unique id', snapshot.user.id],
    ['the console password', snapshot.hasLoginProfile ? 'set a new one' : ''],
    ['MFA devices', snapshot.mfaSerialNumbers.join(', ')],
    ['access keys', ids(snapshot.keys)],
    ['SSH public keys', ids(credentials('ssh-key'))],
    ['signing certificates', ids(credentials('certificate'))],
    ['service-specific credentials', ids(credentials('service-credential'))],
  ];
  return rows.flatMap(([what, which]) => (which === '' ? [] : [`${what}: ${which}`]));
}
