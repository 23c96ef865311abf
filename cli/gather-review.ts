import { look } from '../functions/aws/look.js';
import { observePolicies } from '../functions/aws/observe-policies.js';
import { observeResourcePolicies } from '../functions/aws/observe-resource-policies.js';
import { type SeenSubject, observeSubject } from '../functions/aws/observe-subject.js';
import { type Trail, observeSecretReads, observeTrail } from '../functions/aws/observe-trail.js';
import { type Instant, dayMs, formatInstant } from '../functions/core/instants.js';
import type { UserName } from '../functions/core/names.js';
import { joinLooked } from '../functions/core/review/looked.js';
import type { ReviewFacts } from '../functions/core/review/review.js';
import { longestSessionMs } from '../functions/core/review/role-sessions.js';
import { type InRegions, clientsInRegions, withHistories } from './event-histories.js';
import { findInRoster } from './roster-mentions.js';
import type { Session } from './session.js';

/** What a review is asked to look at. */
export interface ReviewWish {
  readonly name: UserName;
  readonly userId: string | null;
  readonly days: number;
  /** null: the current one, and the one of IAM's own events. */
  readonly regions: readonly string[] | null;
  readonly maxEvents: number;
  readonly readsResources: boolean;
  /** null: the usual one, where there is one. */
  readonly roster: string | null;
}

export interface Gathered {
  readonly facts: ReviewFacts;
  readonly seen: SeenSubject;
  readonly regions: readonly string[];
  readonly now: Instant;
}

/** Reads all that a review is about, and changes nothing. */
export async function gatherReview(session: Session, wish: ReviewWish): Promise<Gathered> {
  const connection = await session.connect();
  const { clients, clock, accountId } = connection;
  const { userPath } = await session.settings();
  const inRegions = await clientsInRegions(session, wish.regions);
  const rosterEntries = await findInRoster(session.io.cwd, wish, accountId);
  const identities = await look('the identities of the account', async () => [
    await observePolicies(clients.iam),
  ]);
  const { users, policies } = identities.items[0] ?? { users: [], policies: [] };
  const partition = users[0]?.arn.split(':')[1] ?? 'aws';
  const seen = await observeSubject(clients, { ...wish, accountId, partition, userPath });
  const isUnknown = seen.subject.ids.length === 0 && identities.unread.length === 0;
  const livingIds = isUnknown ? new Set(users.map(({ id }) => id)) : null;
  const now = clock.now();
  const { trail, secretReads } = await readTrails(session, inRegions, { ...seen, livingIds }, wish, now);
  const resourcePolicies = wish.readsResources ? await readResources(inRegions) : noPolicies;
  const facts: ReviewFacts = {
    subject: trail.subject,
    events: trail.events,
    eventsCutAt: trail.cutAt,
    secretReads,
    secrets: seen.secrets,
    leftovers: seen.leftovers,
    policies: joinLooked([{ items: policies, unread: identities.unread }, resourcePolicies]),
    users: { items: users, unread: identities.unread },
    rosterEntries,
    days: wish.days,
  };
  return { facts, seen, regions: inRegions.map(([region]) => region), now };
}

const noPolicies = { items: [], unread: [] };

async function readTrails(
  session: Session,
  inRegions: InRegions,
  seen: Pick<SeenSubject, 'subject' | 'secrets'> & { readonly livingIds: ReadonlySet<string> | null },
  { days, maxEvents }: ReviewWish,
  now: Instant,
) {
  // A session may be older than what was made, where few days are asked for.
  const window = { from: now - Math.max(days * dayMs, longestSessionMs), to: now, maxEvents };
  const { subject, secrets, livingIds } = seen;
  return withHistories(session, inRegions, async (histories) => {
    const trail = await observeTrail(histories, { ...subject, livingIds }, window);
    const secretReads =
      secrets.length === 0 ? noPolicies : readsOf(await observeSecretReads(histories, window));
    return { trail, secretReads };
  });
}

function readsOf({ events, cutAt }: Trail): Trail['events'] {
  if (cutAt === null) return events;
  return { ...events, unread: [...events.unread, `reads of secrets before ${formatInstant(cutAt)}`] };
}

async function readResources(inRegions: InRegions) {
  const all = await Promise.all(
    inRegions.map(([region, clients], index) => observeResourcePolicies(clients, region, index === 0)),
  );
  return joinLooked(all);
}
