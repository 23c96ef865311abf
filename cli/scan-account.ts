import { observeAccount } from '../functions/aws/account.js';
import type { Instant } from '../functions/core/instants.js';
import { type AccountFacts, type ScanPlan, planScan } from '../functions/core/scan.js';
import type { Session } from './session.js';
import type { LifecycleSettings } from './settings.js';

export interface Scan {
  readonly account: AccountFacts;
  readonly plan: ScanPlan;
  readonly settings: LifecycleSettings;
  readonly now: Instant;
}

/** Looks through the whole account as the scheduled scan does. It purges nobody, so nothing brakes it. */
export async function scanAccount(session: Session): Promise<Scan> {
  const { clients, clock } = await session.connect();
  const settings = await session.settings();
  const account = await observeAccount(clients, clock);
  const now = clock.now();
  const plan = planScan(account, { ...settings, maxPurgeShare: 1 }, now);
  return { account, plan, settings, now };
}
