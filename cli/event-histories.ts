import { EventHistory } from '../functions/aws/lookup-events.js';
import type { Histories } from '../functions/aws/observe-trail.js';
import type { ReviewClients } from '../functions/aws/review-clients.js';
import { globalRegionOf } from '../functions/core/regions.js';
import { PageProgress } from './page-progress.js';
import type { Session } from './session.js';

export type InRegions = readonly (readonly [region: string, clients: ReviewClients])[];

/** null: the current region, and the one of IAM's own events. */
export async function clientsInRegions(
  session: Session,
  wanted: readonly string[] | null,
): Promise<InRegions> {
  const connection = await session.connect();
  const regions = wanted ?? usualRegions(await connection.clients.secretsManager.config.region());
  return Promise.all(
    regions.map(async (region) => [region, await connection.reviewClients(region)] as const),
  );
}

function usualRegions(region: string): string[] {
  return [...new Set([region, globalRegionOf(region)])];
}

/** Reads event histories, and tells how far that has got. */
export async function withHistories<Result>(
  session: Session,
  inRegions: InRegions,
  read: (histories: Histories) => Promise<Result>,
): Promise<Result> {
  const { clock } = await session.connect();
  const progress = new PageProgress(session.io.stderr, 'CloudTrail', () => clock.now());
  const histories = new Map(
    inRegions.map(([region, { cloudTrail }]) => [
      region,
      new EventHistory(cloudTrail, clock, (events) => progress.page(events)),
    ]),
  );
  try {
    return await read(histories);
  } finally {
    progress.end();
  }
}
