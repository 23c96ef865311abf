import { observeKeyUse } from '../functions/aws/observe-key-use.js';
import { dayMs } from '../functions/core/instants.js';
import type { AccessKeyId } from '../functions/core/names.js';
import type { UsedFor } from '../functions/core/review/key-use.js';
import { clientsInRegions, withHistories } from './event-histories.js';
import type { Session } from './session.js';
import type { TrailOptions } from './trail-options.js';

/** What CloudTrail tells of a key's use. */
export async function findKeyUse(
  session: Session,
  keyId: AccessKeyId,
  { days, regions, maxEvents }: TrailOptions,
): Promise<UsedFor> {
  const { clock } = await session.connect();
  const to = clock.now();
  const window = { from: to - days * dayMs, to, maxEvents };
  const inRegions = await clientsInRegions(session, regions ?? null);
  return withHistories(session, inRegions, (histories) => observeKeyUse(histories, keyId, window));
}
