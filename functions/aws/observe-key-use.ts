import { formatInstant } from '../core/instants.js';
import { type UsedFor, keyUsesOf } from '../core/review/key-use.js';
import type { AccessKeyId } from '../core/names.js';
import { type Histories, type TrailWindow, observeKeyEvents } from './observe-trail.js';

/** What a key was used for, as the event histories of some regions tell. */
export async function observeKeyUse(
  histories: Histories,
  keyId: AccessKeyId,
  window: TrailWindow,
): Promise<UsedFor> {
  const { events, cutAt } = await observeKeyEvents(histories, keyId, window);
  const cut = cutAt === null ? [] : [`events before ${formatInstant(cutAt)}`];
  return { items: keyUsesOf(events.items), notLookedAt: [...events.unread, ...cut] };
}
