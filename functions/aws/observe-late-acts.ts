import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { type Instant, formatInstant } from '../core/instants.js';
import { type LateAct, lateActsOf, lateFrom } from '../core/late-acts.js';
import type { Looked } from '../core/review/looked.js';
import type { Target } from '../core/steps.js';
import type { Clock } from './clock.js';
import { isAccessDenied } from './errors.js';
import { EventHistory } from './lookup-events.js';

/** A page holds fifty, and two pages take a second. */
const maxEvents = 500;

/**
 * What a leaver did since its departure was decided, as the event history of IAM's own region tells. Where nobody may ask,
 * that is told; any other failure escapes, to be tried again: what is signed off is not looked at any more.
 */
export async function observeLateActs(
  cloudTrail: CloudTrailClient,
  clock: Clock,
  user: Target,
  departedAt: Instant,
): Promise<Looked<LateAct>> {
  const query = { from: lateFrom(departedAt), to: clock.now(), maxEvents };
  try {
    const history = new EventHistory(cloudTrail, clock);
    const { events, cutAt } = await history.find({ attribute: 'Username', value: user.name, ...query });
    const cut = cutAt === null ? [] : [`CloudTrail: events before ${formatInstant(cutAt)}`];
    return { items: lateActsOf(events, user), unread: cut };
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return { items: [], unread: [`CloudTrail: ${(error as Error).message}`] };
  }
}
