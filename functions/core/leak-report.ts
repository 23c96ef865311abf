import type { LastUse, UserFacts } from './facts.js';
import { formatInstant } from './instants.js';
import type { AccessKeyId } from './names.js';
import type { ResponsePhase } from './response.js';
import { type Step, describe } from './steps.js';
import { tag } from './tags.js';

/** What people are told of one leaked key. A key's id is no secret; nothing in this is. */
export interface LeakReport {
  readonly keyId: string;
  readonly userName: string | null;
  readonly phase: string;
  readonly why: string;
  /** Its last use that IAM knows of, or null where IAM knows no such key. */
  readonly lastUse: string | null;
  readonly done: readonly string[];
  /** What is left to a person, in order. */
  readonly next: readonly string[];
}

/** No user of this account has such a key, as far as IAM tells. */
export function reportUnknownKey(keyId: string, why: string): LeakReport {
  return {
    keyId,
    userName: null,
    phase: 'Unknown',
    why: `${why}; IAM tells of no user that has ${keyId}`,
    lastUse: null,
    done: [],
    next: [
      'Find out whose it is: it may be deleted, of another account, of root, or a temporary one.',
      'IAM says the same to whoever may not ask: iam:GetAccessKeyLastUsed takes a right.',
      'If it is a temporary one, revoke the sessions of its role or deny its user.',
    ],
  };
}

/** What became of a key whose owner is known. */
export function reportLeak(
  keyId: AccessKeyId,
  user: UserFacts,
  lastUse: LastUse | 'never',
  { at, steps, why }: { readonly at: ResponsePhase; readonly steps: readonly Step[]; readonly why: string },
): LeakReport {
  return {
    keyId,
    userName: user.name,
    phase: at.phase === 'Settling' ? 'Contained' : at.phase,
    why,
    lastUse: describeUse(lastUse),
    done: steps.map(describe),
    next: at.phase === 'Stranger' ? strangersNext(keyId, user) : nextFor(keyId, user, at),
  };
}

function strangersNext(keyId: AccessKeyId, { name }: UserFacts): string[] {
  return [
    `${name} is not managed here, so nothing was done. Deny it: aws iam attach-user-policy --user-name ${name} --policy-arn arn:aws:iam::aws:policy/AWSDenyAll`,
    `Deactivate the key: aws iam update-access-key --user-name ${name} --access-key-id ${keyId} --status Inactive`,
  ];
}

function nextFor(keyId: AccessKeyId, { name, tags }: UserFacts, { phase }: ResponsePhase): string[] {
  const roles = tags[tag.roles] ?? '';
  return [
    `See what the key was used for: iam-lifecycle respond ${keyId} --dry-run`,
    ...(roles === ''
      ? []
      : [
          `Sessions of the roles ${roles} that it opened may last for up to 12 h more: revoke them if it was abused.`,
        ]),
    ...(phase === 'Offboarded' ? [] : [`Whoever uses the key of ${name} reads its secret anew.`]),
    ...(phase === 'Held' ? [`Once all is well: iam-lifecycle respond ${keyId} --lift`] : []),
    'Find where it leaked, and remove it there.',
  ];
}

/** "s3 in eu-west-1 at 2026-03-01T10:00:00.000Z" */
export function describeUse(lastUse: LastUse | 'never'): string {
  return lastUse === 'never'
    ? 'none on record'
    : `${lastUse.service} in ${lastUse.region} at ${formatInstant(lastUse.at)}`;
}
