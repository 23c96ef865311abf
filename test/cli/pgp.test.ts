import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PacketList, type PrivateKey, decrypt, generateKey, readMessage, revokeKey } from 'openpgp';
import { encryptTo, readPgpKey } from '../../cli/pgp.js';
import { Redacted } from '../../functions/aws/redacted.js';
import { InvalidValue } from '../../functions/core/invalid-value.js';
import { describeWithGpg } from './gpg.js';

const field = 'people.alice.pgp_key';
const password = "p@ss|'wörd{}";
const secret = new Redacted(password);

type Options = Omit<Parameters<typeof generateKey>[0], 'userIDs' | 'format'>;
const makeKey = (options: Options = {}) =>
  generateKey({ userIDs: [{ name: 'Alice', email: 'alice@example.com' }], format: 'object', ...options });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

let privateKey: PrivateKey;
let armored: string;
let binary: string;
let directory: string;

beforeAll(async () => {
  ({ privateKey } = await makeKey());
  armored = privateKey.toPublic().armor();
  binary = base64(privateKey.toPublic().write());
  directory = await mkdtemp(join(tmpdir(), 'keybase-'));
  await writeFile(join(directory, 'alice.asc'), armored);
});
afterAll(() => rm(directory, { recursive: true }));

async function opened(message: string): Promise<string> {
  const binaryMessage = Uint8Array.from(Buffer.from(message, 'base64'));
  const { data } = await decrypt({
    message: await readMessage({ binaryMessage }),
    decryptionKeys: privateKey,
    format: 'binary',
  });
  return Buffer.from(data).toString();
}

async function refusal(text: string, options = {}): Promise<string> {
  const error: unknown = await readPgpKey(text, field, options).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(InvalidValue);
  return (error as InvalidValue).message;
}

describe('a key', () => {
  test.each<[string, () => string]>([
    ['as base64 of the binary key', () => binary],
    ['as base64 in lines of 76 characters', () => binary.replace(/.{76}/g, '$&\n')],
    ['as armored text', () => armored],
    ['as armored text with white space around it', () => `\n  ${armored}\n\n`],
    ['as base64 of the armored text', () => base64(Buffer.from(armored))],
    ['as the name of a Keybase file', () => 'keybase:alice'],
  ])('%s is read, and what is encrypted to it can be opened', async (_, text) => {
    const key = await readPgpKey(text(), field, { keybaseDirectory: directory });
    expect(key.base64).toBe(binary);
    expect(key.fingerprint).toBe(privateKey.getFingerprint().toUpperCase());
    const message = await encryptTo(key, secret);
    expect(message).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(message, 'base64').toString('latin1')).not.toContain('p@ss');
    expect(await opened(message)).toBe(password);
  });
});

describe('refused before anything is encrypted, the text itself never shown, is', () => {
  const anyKey = `${field} is "%s": it must be one public OpenPGP key, as printed by \`gpg --export KEYID | base64\` or by \`gpg --armor --export KEYID\``;

  test('a private key, in each form', async () => {
    for (const text of [privateKey.armor(), base64(privateKey.write())]) {
      expect(await refusal(text)).toBe(anyKey.replace('%s', 'a private key'));
    }
  });

  test.each<[string, () => string, string]>([
    ['no text', () => '', 'a text of 0 characters that is no key'],
    ['a sentence', () => 'not a key!', 'a text of 10 characters that is no key'],
    ['base64 of something else', () => 'bm90IGEga2V5', 'a text of 12 characters that is no key'],
    ['the first half of a key', () => binary.slice(0, 200), 'a text of 200 characters that is no key'],
    ['armor with nothing in it', () => '-----BEGIN PGP X', 'a text of 16 characters that is no key'],
    ['two keys', () => base64(Buffer.concat([1, 2].map(() => Buffer.from(binary, 'base64')))), '2 keys'],
  ])('%s', async (_, text, shown) => {
    expect(await refusal(text())).toBe(anyKey.replace('%s', shown));
  });

  test('a message', async () => {
    const message = await encryptTo(await readPgpKey(binary, field), secret);
    expect(await refusal(message)).toContain('it must be one public OpenPGP key');
  });

  test('a key for signing alone', async () => {
    const { publicKey } = await makeKey({ subkeys: [{ sign: true }] });
    expect(await refusal(publicKey.armor())).toMatch(
      `${field} is "the key ${publicKey.getFingerprint().toUpperCase()}": it must be a key that can encrypt; this one cannot: it is for signing alone, or`,
    );
  });

  test('an expired key', async () => {
    const { publicKey } = await makeKey({
      date: new Date('2020-01-01T00:00:00Z'),
      keyExpirationTime: 86_400,
    });
    expect(await refusal(publicKey.armor())).toMatch(
      /it must be a key that has not expired; this one did on 2020-01-02T00:00:00.000Z$/,
    );
  });

  test('a revoked key', async () => {
    const { privateKey: own } = await makeKey();
    const { publicKey } = await revokeKey({ key: own, format: 'object' });
    expect(await refusal(publicKey.armor())).toMatch(/it must be a key that has not been revoked$/);
  });

  test('a key whose part for encryption has expired', async () => {
    const { publicKey } = await makeKey({
      date: new Date('2020-01-01T00:00:00Z'),
      subkeys: [{ keyExpirationTime: 86_400 }],
    });
    expect(await refusal(publicKey.armor())).toMatch('it must be a key that can encrypt; this one cannot');
  });

  test('a key without a signature of its own', async () => {
    const [primary, userId] = privateKey.toPublic().toPacketList();
    const packets = new PacketList();
    packets.push(primary!, userId!);
    expect(await refusal(base64(packets.write()))).toMatch(
      /it must be a key with a valid signature of its own$/,
    );
  });

  test.each([
    ['keybase:bob', { keybaseDirectory: '/nowhere' }, 'a key whose file is there: /nowhere/bob.asc is not'],
    ['keybase:alice', {}, 'a key, or keybase:NAME with a directory of the files NAME.asc given'],
    [
      'keybase:../alice',
      { keybaseDirectory: '/nowhere' },
      'keybase: and a Keybase name of letters, digits and _',
    ],
    ['keybase:', { keybaseDirectory: '/nowhere' }, 'keybase: and a Keybase name of letters, digits and _'],
  ])('%s with %j', async (text, options, rule) => {
    expect(await refusal(text, options)).toBe(`${field} is "${text}": it must be ${rule}`);
  });
});

describeWithGpg('with gpg', (gpg) => {
  const user = 'bob@example.com';

  test('a key that gpg made and exported is read, and gpg opens the message', async () => {
    gpg(['--quick-generate-key', user, 'default', 'default', 'never']);
    for (const text of [base64(gpg(['--export', user])), gpg(['--armor', '--export', user]).toString()]) {
      const message = await encryptTo(await readPgpKey(text, field), secret);
      expect(gpg(['--decrypt'], Buffer.from(message, 'base64')).toString()).toBe(password);
    }
  });

  test('a key that gpg made for RSA is as good', async () => {
    gpg(['--quick-generate-key', 'carol@example.com', 'rsa2048', 'default', 'never']);
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(
      gpg(['--with-colons', '--list-keys', 'carol@example.com']).toString(),
    )![1]!;
    gpg(['--quick-add-key', fingerprint, 'rsa2048', 'encr', 'never']);
    const key = await readPgpKey(base64(gpg(['--export', fingerprint])), field);
    expect(key.fingerprint).toBe(fingerprint);
    expect(gpg(['--decrypt'], Buffer.from(await encryptTo(key, secret), 'base64')).toString()).toBe(password);
  });

  test('a key that gpg made for signing alone is refused', async () => {
    gpg(['--quick-generate-key', 'dave@example.com', 'ed25519', 'sign', 'never']);
    expect(await refusal(base64(gpg(['--export', 'dave@example.com'])))).toMatch(
      'it must be a key that can encrypt; this one cannot: it is for signing alone',
    );
  });
});
