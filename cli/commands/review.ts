import { readKeyWish } from '../../functions/core/key-wish.js';
import { type Rule, mustFollow } from '../../functions/core/invalid-value.js';
import { parseUserName } from '../../functions/core/names.js';
import { exitCodeOf, reviewUser } from '../../functions/core/review/review.js';
import { tag } from '../../functions/core/tags.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure } from '../failure.js';
import type { Gathered } from '../gather-review.js';
import { count } from '../output.js';
import { type ReviewResult, renderReview, reviewData } from '../render-review.js';
import { type TrailOptions, addTrailOptions } from '../trail-options.js';

interface ReviewOptions extends TrailOptions {
  readonly userId?: string;
  readonly resources?: true;
  readonly roster?: string;
}

const userIdRule: Rule = { says: 'a unique id, as in AIDACKCEVSQ6C2EXAMPLE', pattern: /^AIDA[A-Z0-9]{12,}$/ };

export const review: CliCommand<ReviewOptions> = {
  usage: 'review <name>',
  summary: 'what still points at a user: sessions, resources, ownership, references; it changes nothing',
  configure(command) {
    addTrailOptions(command, 'what it made')
      .option('--resources', 'look at the policies of secrets, KMS keys, queues, topics and buckets too')
      .option('--user-id <id>', 'the unique id that it had, of a user that is gone')
      .option('--roster <file>', 'roster that may name it (default: roster.yaml, where there is one)')
      .addHelpText(
        'after',
        '\nFor before somebody leaves, during the quarantine, and after. CloudTrail answers two requests a second,\n' +
          'so this may take minutes; what happened in the last quarter of an hour may be missing. Exit codes:\n' +
          '0 nothing points at it, 2 something does, 1 failed, or not everything could be looked at.',
      );
  },
  async run(session, [name], options) {
    // Its clients are for this command alone.
    const { gatherReview } = await import('../gather-review.js');
    const gathered = await gatherReview(session, {
      name: parseUserName(name!, 'NAME'),
      userId: options.userId === undefined ? null : mustFollow(userIdRule, options.userId, '--user-id'),
      days: options.days,
      regions: options.regions ?? null,
      maxEvents: options.maxEvents,
      readsResources: options.resources ?? false,
      roster: options.roster ?? null,
    });
    const result = resultOf(gathered, options.resources ?? false);
    const code = exitCodeOf(result.review);
    if (code === exitCode.done) mustBeKnown(result);
    session.print(reviewData(result), () => renderReview(result));
    return code;
  },
};

/** A name that was mistyped has nothing that points at it either. */
function mustBeKnown({ userName, userIds, days }: ReviewResult): void {
  if (userIds.length > 0) return;
  throw new CommandFailure(
    `no user is named ${userName}, and neither a policy nor an event of the last ${count(days, 'day')} tells of one`,
    'Check the name; of a user that is gone for longer, say its unique id with --user-id.',
  );
}

function resultOf({ facts, seen, regions, now }: Gathered, readsResources: boolean): ReviewResult {
  const { subject, days } = facts;
  const isKeptInSsm = seen.user !== null && readKeyWish(seen.user.tags)?.store === 'ssm';
  return {
    userName: subject.name,
    userIds: subject.ids,
    state: stateOf(seen),
    reviewedAt: now,
    days,
    regions,
    review: reviewUser(facts, now),
    goesWithIt: seen.user === null ? [] : subject.owned.map(({ what }) => what),
    notAsked: [
      ...(readsResources ? [] : ['policies of resources (--resources)']),
      ...(isKeptInSsm ? ['who reads its SSM parameters'] : []),
      'what its sessions did in other accounts',
      'aws-auth and access entries of EKS clusters',
    ],
  };
}

function stateOf({ user, namesake }: Gathered['seen']): ReviewResult['state'] {
  if (user === null) return namesake === null ? 'gone' : 'replaced';
  return user.tags[tag.offboarded] === undefined ? 'present' : 'quarantined';
}
