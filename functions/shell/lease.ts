import { acquireLease, releaseLease } from '../aws/lease.js';
import type { Clients } from '../aws/clients.js';
import type { Clock } from '../aws/clock.js';
import type { Instant } from '../core/instants.js';
import type { UserName } from '../core/names.js';

/** Somebody else is at work on this user, or just was. The message goes back to its queue; nobody waits idle. */
export class LeaseHeld extends Error {
  override readonly name = 'LeaseHeld';

  constructor(userName: string) {
    super(`${userName} is leased to another run`);
  }
}

/** The right to change one user. */
export interface Lease {
  /** When the next run may begin: at once, unless this one wrote. */
  freeAt(): Instant;
  /** From the first write on, the lease is kept until it expires by itself. */
  keep(): void;
}

interface LeaseDeps {
  readonly clients: Pick<Clients, 'dynamodb'>;
  readonly clock: Clock;
  readonly env: { readonly LEASE_TABLE: string; readonly LEASE: number };
  /** Names this run, and no other. */
  readonly runId: string;
}

/**
 * What of a user a run changes: its keys and its end, or what an API's request gives it (roles, tags, description). Neither
 * waits for the other: no plan of a key reads what such a request writes, and a departure denies it and looks again.
 */
export type LeaseOf = 'life' | 'grants';

/** No user's name has the character. */
const suffixes: Readonly<Record<LeaseOf, string>> = { life: '', grants: '#grants' };

/**
 * Runs work under the user's lease. A run that wrote nothing gives the lease back; one that wrote lets it run out,
 * so that whoever looks at this user next looks a settle time later, and sees what was written.
 */
export async function withLease<Result>(
  deps: LeaseDeps,
  userName: UserName,
  work: (lease: Lease) => Promise<Result>,
  of: LeaseOf = 'life',
): Promise<Result> {
  const { clients, clock, env } = deps;
  const now = clock.now();
  const name = `${userName.toLowerCase()}${suffixes[of]}`;
  const lease = { name, owner: deps.runId, now, expiresAt: now + env.LEASE };
  if (!(await acquireLease(clients.dynamodb, env.LEASE_TABLE, lease))) throw new LeaseHeld(userName);
  let isKept = false;
  try {
    return await work({
      freeAt: () => (isKept ? lease.expiresAt : now),
      keep: () => {
        isKept = true;
      },
    });
  } finally {
    if (!isKept) await releaseLease(clients.dynamodb, env.LEASE_TABLE, lease.name, lease.owner);
  }
}
