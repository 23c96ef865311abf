import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../functions/aws/clock.js';
import type { Clients } from '../functions/aws/clients.js';
import { type LoginOwner, storeLoginSecret } from '../functions/aws/login-secret.js';
import type { Redacted } from '../functions/aws/redacted.js';
import type { UserName } from '../functions/core/names.js';
import type { OperatorStep, RosterPlan } from '../functions/core/roster/roster-steps.js';
import type { LoginWish } from '../functions/core/roster/roster.js';
import { CommandFailure } from './failure.js';
import type { PgpKey } from './pgp.js';

/** Where new passwords go: encrypted into files, or into secrets of their users. */
export interface Delivery {
  deliver(owner: LoginOwner, password: Redacted, login: LoginWish): Promise<void>;
}

export interface DeliveryOptions {
  readonly clients: Pick<Clients, 'secretsManager'>;
  readonly clock: Clock;
  /** Folder of the encrypted passwords; null: none was named. */
  readonly folder: string | null;
  /** Folder of the keys of Keybase. */
  readonly keybaseFolder: string | undefined;
  readonly tell: (line: string) => void;
}

type LoginStep = OperatorStep & { step: 'CreateLogin' };

/**
 * Reads every PGP key that a plan will need. Throws InvalidValue for the first that cannot be used, before anything is
 * written, and CommandFailure where nobody said where the encrypted passwords go.
 */
export async function prepareDelivery(plan: RosterPlan, options: DeliveryOptions): Promise<Delivery> {
  const keys = await readKeys(plan, options.keybaseFolder);
  if (keys.size > 0 && options.folder === null) {
    throw new CommandFailure(
      `the passwords of ${[...keys.keys()].join(', ')} are to be encrypted, and nobody said where to put them`,
      'Name a folder with --credentials-out DIR.',
    );
  }
  return {
    async deliver(owner, password) {
      const key = keys.get(owner.name);
      if (key === undefined) {
        const arn = await storeLoginSecret(options.clients, options.clock, owner, password);
        options.tell(`${owner.name}: the password is in the secret ${arn}, which this user alone can read`);
        return;
      }
      const { encryptTo } = await loadPgp();
      const file = await writePassword(options.folder!, owner.name, await encryptTo(key, password));
      options.tell(`${owner.name}: the encrypted password is in ${file}`);
    },
  };
}

/** OpenPGP is large, and few commands need it. */
const loadPgp = () => import('./pgp.js');

/** The keys of all the logins that a plan makes, by user name. Throws InvalidValue. */
export async function readKeys(
  { changes }: RosterPlan,
  keybaseDirectory: string | undefined,
): Promise<ReadonlyMap<UserName, PgpKey>> {
  const logins = changes
    .flatMap(({ steps }) => steps)
    .filter((step): step is LoginStep => step.step === 'CreateLogin');
  const keys = new Map<UserName, PgpKey>();
  for (const { user, login } of logins) {
    if (login.pgpKey === null) continue;
    const { readPgpKey } = await loadPgp();
    keys.set(user.name, await readPgpKey(login.pgpKey, `the PGP key of ${user.name}`, { keybaseDirectory }));
  }
  return keys;
}

/** Base64 of the OpenPGP message: `base64 --decode FILE | gpg --decrypt` shows the password. */
async function writePassword(folder: string, userName: UserName, text: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${userName}.password.gpg.b64`);
  await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return file;
}
