import { observeKeyEvents } from '../functions/aws/observe-trail.js';
import { dayMs, formatInstant } from '../functions/core/instants.js';
import type { AccessKeyId } from '../functions/core/names.js';
import { type KeyUse, keyUsesOf } from '../functions/core/review/key-use.js';
import { clientsInRegions, withHistories } from './event-histories.js';
import type { Session } from './session.js';
import type { TrailOptions } from './trail-options.js';

/** What CloudTrail tells of a key's use. */
export interface UsedFor {
  readonly items: readonly KeyUse[];
  readonly notLookedAt: readonly string[];
}

export async function findKeyUse(
  session: Session,
  keyId: AccessKeyId,
  { days, regions, maxEvents }: TrailOptions,
): Promise<UsedFor> {
  const { clock } = await session.connect();
  const to = clock.now();
  const window = { from: to - days * dayMs, to, maxEvents };
  const inRegions = await clientsInRegions(session, regions ?? null);
  const { events, cutAt } = await withHistories(session, inRegions, (histories) =>
    observeKeyEvents(histories, keyId, window),
  );
  const cut = cutAt === null ? [] : [`events before ${formatInstant(cutAt)}`];
  return { items: keyUsesOf(events.items), notLookedAt: [...events.unread, ...cut] };
}

/** As JSON has it. */
export function keyUseData({ items, notLookedAt }: UsedFor): object {
  const dated = items.map((use) => ({
    ...use,
    firstAt: formatInstant(use.firstAt),
    lastAt: formatInstant(use.lastAt),
  }));
  return { items: dated, notLookedAt };
}

export function keyUseLines({ items, notLookedAt }: UsedFor): string[] {
  const uses = items.map(
    ({ service, region, calls, refused, firstAt, lastAt }) =>
      `${service} in ${region}: ${calls} calls, ${refused} refused, ${formatInstant(firstAt)} to ${formatInstant(lastAt)}`,
  );
  return [...uses, ...notLookedAt.map((what) => `not looked at: ${what}`)];
}
