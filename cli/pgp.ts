import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Key, createMessage, encrypt, readKeys } from 'openpgp';
import type { Redacted } from '../functions/aws/redacted.js';
import { InvalidValue, type Rule } from '../functions/core/invalid-value.js';

/** A public OpenPGP key that was found able to encrypt. */
export interface PgpKey {
  /** Base64 of the binary key, whatever form it was given in. */
  readonly base64: string;
  /** 40 or 64 hexadecimal digits in capitals, as gpg shows them. */
  readonly fingerprint: string;
  readonly key: Key;
}

export interface PgpOptions {
  /** The directory of the files NAME.asc, to which keybase:NAME refers; undefined: there is none. */
  readonly keybaseDirectory?: string | undefined;
}

const keybaseRule: Rule = {
  says: 'keybase: and a Keybase name of letters, digits and _',
  pattern: /^keybase:[A-Za-z0-9_]{1,64}$/,
};
const keyRule =
  'one public OpenPGP key, as printed by `gpg --export KEYID | base64` or by `gpg --armor --export KEYID`';

/**
 * Reads a key given as base64 of the binary key, as armored text, or as keybase:NAME. Throws InvalidValue, which never shows
 * the text itself (it might be a private key), for anything but one public key that can encrypt today.
 */
export async function readPgpKey(text: string, field: string, options: PgpOptions = {}): Promise<PgpKey> {
  const given = text.trim();
  const source = given.startsWith('keybase:') ? await keybaseKey(given, field, options) : given;
  const keys = await parseKeys(source, field);
  const [key] = keys;
  if (key === undefined || keys.length > 1) throw new InvalidValue(field, `${keys.length} keys`, keyRule);
  const fingerprint = key.getFingerprint().toUpperCase();
  await mustEncrypt(key, (rule) => {
    throw new InvalidValue(field, `the key ${fingerprint}`, rule);
  });
  return { base64: Buffer.from(key.write()).toString('base64'), fingerprint, key };
}

/** Base64 of the binary OpenPGP message, which `base64 --decode | gpg --decrypt` opens. */
export async function encryptTo({ key }: PgpKey, secret: Redacted): Promise<string> {
  const message = await createMessage({ binary: Buffer.from(secret.reveal()) });
  const encrypted = await encrypt({ message, encryptionKeys: key, format: 'binary' });
  return Buffer.from(encrypted).toString('base64');
}

/** Never fetched: what a plan was shown with must be what the apply encrypts to. */
async function keybaseKey(given: string, field: string, { keybaseDirectory }: PgpOptions): Promise<string> {
  if (!keybaseRule.pattern.test(given)) throw new InvalidValue(field, given, keybaseRule.says);
  if (keybaseDirectory === undefined) {
    throw new InvalidValue(
      field,
      given,
      'a key, or keybase:NAME with a directory of the files NAME.asc given',
    );
  }
  const file = join(keybaseDirectory, `${given.slice('keybase:'.length)}.asc`);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new InvalidValue(field, given, `a key whose file is there: ${file} is not`);
  }
}

const armorStart = '-----BEGIN PGP';

async function parseKeys(text: string, field: string): Promise<Key[]> {
  const refuse = (value: string): never => {
    throw new InvalidValue(field, value, keyRule);
  };
  const unreadable = `a text of ${text.length} characters that is no key`;
  const binary = Buffer.from(text, 'base64');
  // The mistake of `gpg --armor --export KEYID | base64` is as good as the key.
  const armored = text.startsWith(armorStart) ? text : binary.toString('latin1');
  const isArmored = armored.startsWith(armorStart);
  if (!isArmored && !/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) refuse(unreadable);
  const keys = await (
    isArmored ? readKeys({ armoredKeys: armored }) : readKeys({ binaryKeys: binary })
  ).catch(() => refuse(unreadable));
  return keys.some((key) => key.isPrivate()) ? refuse('a private key') : keys;
}

async function mustEncrypt(key: Key, refuse: (rule: string) => never): Promise<void> {
  if (await key.isRevoked()) refuse('a key that has not been revoked');
  const expires = await key.getExpirationTime();
  if (expires === null) refuse('a key with a valid signature of its own');
  if (expires instanceof Date && expires.getTime() <= Date.now()) {
    refuse(`a key that has not expired; this one did on ${expires.toISOString()}`);
  }
  await key.getEncryptionKey().catch((error: Error) => {
    const why = 'it is for signing alone, or its part for encryption has expired, was revoked or is too weak';
    refuse(`a key that can encrypt; this one cannot: ${why} (${error.message})`);
  });
}
