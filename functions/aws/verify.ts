import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { secondMs } from '../core/instants.js';
import type { AccessKeyId, UserName } from '../core/names.js';
import type { Clients } from './clients.js';
import type { Clock } from './clock.js';
import { isKeyNotUsable } from './errors.js';
import type { Redacted } from './redacted.js';

/** A key that STS did not accept before the time was up. It may only need longer: try again later. */
export class KeyNotUsable extends Error {
  override readonly name = 'KeyNotUsable';

  constructor(keyId: AccessKeyId, options: ErrorOptions) {
    super(`${keyId} was not accepted by STS in the time that this run had`, options);
  }
}

/** A stored key that belongs to somebody else than the user it was stored for. */
export class KeyMismatch extends Error {
  override readonly name = 'KeyMismatch';

  constructor(keyId: AccessKeyId, userName: UserName, seenArn: string) {
    super(`${keyId} was stored for ${userName} and belongs to ${seenArn}`);
  }
}

export interface FreshKey {
  readonly id: AccessKeyId;
  readonly userName: UserName;
  readonly secret: Redacted;
}

/** Propagation is not monotonic: one success may come from the one endpoint that already knows the key. */
const successesInARow = 2;
const spacingMs = secondMs;
const longestWaitMs = 5 * secondMs;

/**
 * Calls GetCallerIdentity with the key until it succeeds twice in a row, a second apart. The call needs no
 * permission and cannot be denied. Throws KeyNotUsable when the next try would start after `giveUpAt`.
 */
export async function verifyKey(
  clients: Pick<Clients, 'sts'>,
  clock: Clock,
  key: FreshKey,
  giveUpAt: number,
): Promise<void> {
  const sts = clients.sts({ accessKeyId: key.id, secretAccessKey: key.secret.reveal() });
  let waitMs = spacingMs;
  for (let successes = 0; ;) {
    try {
      const { Arn: arn = 'nobody' } = await sts.send(new GetCallerIdentityCommand({}));
      if (!arn.endsWith(`/${key.userName}`)) throw new KeyMismatch(key.id, key.userName, arn);
      successes += 1;
      waitMs = spacingMs;
      if (successes === successesInARow) return;
    } catch (error) {
      if (!isKeyNotUsable(error)) throw error;
      if (clock.now() + waitMs > giveUpAt) throw new KeyNotUsable(key.id, { cause: error });
      successes = 0;
    }
    await clock.sleep(waitMs);
    waitMs = Math.min(2 * waitMs, longestWaitMs);
  }
}
