import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { type Instant, formatInstant } from '../core/instants.js';
import { type LateAct, lateActsOf, lateFrom } from '../core/late-acts.js';
import type { Looked } from '../core/review/looked.js';
import type { Target } from '../core/steps.js';
import type { Clock } from './clock.js';
import { look } from './look.js';
import { EventHistory } from './lookup-events.js';

/** A page holds fifty, and two pages take a second. */
const maxEvents = 500;

/** What a leaver did since its departure was decided, as the event history of IAM's own region tells. */
export async function observeLateActs(
  cloudTrail: CloudTrailClient,
  clock: Clock,
  user: Target,
  departedAt: Instant,
): Promise<Looked<LateAct>> {
  const query = { from: lateFrom(departedAt), to: clock.now(), maxEvents };
  const { items, unread } = await look('CloudTrail', async () => [
    await new EventHistory(cloudTrail, clock).find({ attribute: 'Username', value: user.name, ...query }),
  ]);
  const cuts = items.flatMap(({ cutAt }) => (cutAt === null ? [] : [cutAt]));
  return {
    items: lateActsOf(
      items.flatMap(({ events }) => events),
      user,
    ),
    unread: [...unread, ...cuts.map((at) => `CloudTrail: events before ${formatInstant(at)}`)],
  };
}
