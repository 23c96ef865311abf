import { createHash } from 'node:crypto';
import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { Drawer } from './iam-credential-drawer.js';
import { invalid, wholeSeconds, type FakeUser, type IamState, type OtherCredential } from './iam-state.js';
import { notModelled, reads, writes } from './operation.js';
import type { Operations } from './types.js';

const BODY_CHARACTERS = 16_384;
const MODULUS_BYTES = 256;

/** The public keys that CodeCommit and ssh-grunt look up. */
export function sshKeyOperations(state: IamState): Operations {
  const drawer = new Drawer(state, 'ssh-public-key', 5);
  return {
    UploadSSHPublicKey: writes<iam.UploadSSHPublicKeyCommandInput, iam.UploadSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyBody'],
      (input) => {
        const owner = drawer.userOf(input);
        const body = requireRsaKey(input.SSHPublicKeyBody);
        if (owner.otherCredentials.some((one) => one.body === body)) {
          const message = 'The public key is already associated with the user.';
          throw awsError('iam', 'DuplicateSSHPublicKeyException', 400, message);
        }
        const { user, credential } = drawer.add(input, `APKA${state.world.random.base32(16)}`, { body });
        return { SSHPublicKey: wholeSshKey(user, credential) };
      },
    ),
    GetSSHPublicKey: reads<iam.GetSSHPublicKeyCommandInput, iam.GetSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyId', 'Encoding'],
      (input, { asOf }) => {
        const { user, credential } = drawer.find(input, input.SSHPublicKeyId, asOf);
        if (input.Encoding !== 'SSH') notModelled(`the encoding ${input.Encoding} of GetSSHPublicKey`);
        return { SSHPublicKey: wholeSshKey(user, credential) };
      },
    ),
    ListSSHPublicKeys: reads<iam.ListSSHPublicKeysCommandInput, iam.ListSSHPublicKeysCommandOutput>(
      ['UserName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const { user, page, more } = drawer.page('ListSSHPublicKeys', input, asOf);
        return { SSHPublicKeys: page.map((one) => sshKeyMetadata(user, one)), ...more };
      },
    ),
    UpdateSSHPublicKey: writes<iam.UpdateSSHPublicKeyCommandInput, iam.UpdateSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyId', 'Status'],
      (input) => drawer.setStatus(input, input.SSHPublicKeyId, input.Status),
    ),
    DeleteSSHPublicKey: writes<iam.DeleteSSHPublicKeyCommandInput, iam.DeleteSSHPublicKeyCommandOutput>(
      ['UserName', 'SSHPublicKeyId'],
      (input) => drawer.remove(input, input.SSHPublicKeyId),
    ),
  };
}

function sshKeyMetadata(user: FakeUser, one: OtherCredential) {
  return {
    UserName: user.name,
    SSHPublicKeyId: one.id,
    Status: one.status,
    UploadDate: wholeSeconds(one.createdAt),
  };
}

/** The body comes back without the comment that it was uploaded with. */
function wholeSshKey(user: FakeUser, one: OtherCredential) {
  const body = one.body ?? '';
  const key = Buffer.from(body.split(' ')[1] ?? '', 'base64');
  const Fingerprint = createHash('md5')
    .update(key)
    .digest('hex')
    .replace(/(..)(?!$)/g, '$1:');
  return { ...sshKeyMetadata(user, one), SSHPublicKeyBody: body, Fingerprint };
}

/** API reference, UploadSSHPublicKey: ssh-rsa of at least 2,048 bits. Answers the key without its comment. */
function requireRsaKey(body: string | undefined): string {
  if (body === undefined || body.length < 1 || body.length > BODY_CHARACTERS)
    invalid(`Value at 'sSHPublicKeyBody' must have 1 to ${BODY_CHARACTERS} characters`);
  if (body.startsWith('-----BEGIN')) notModelled('an SSH public key in PEM format');
  const [type = '', encoded = ''] = body.trim().split(/\s+/);
  if (!/^ssh-|^ecdsa-/.test(type)) {
    const message = 'The public key is not in a recognized encoding.';
    throw awsError('iam', 'UnrecognizedPublicKeyEncodingException', 400, message);
  }
  const [name, , modulus] = sshStrings(Buffer.from(encoded, 'base64'));
  const isLongEnough = (modulus?.length ?? 0) >= MODULUS_BYTES;
  if (type !== 'ssh-rsa' || name?.toString('latin1') !== type || !isLongEnough)
    throw awsError(
      'iam',
      'InvalidPublicKeyException',
      400,
      'The public key is not an RSA key of 2048 bits or more.',
    );
  return `${type} ${encoded}`;
}

/** RFC 4253: strings, each behind its length in four bytes. */
function sshStrings(bytes: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return [];
    strings.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return strings;
}
