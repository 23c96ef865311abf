import { generateKeyPairSync } from 'node:crypto';
import {
  CreateUserCommand,
  DeleteSSHPublicKeyCommand,
  GetSSHPublicKeyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { newAccount, outcome, outcomes, sshKey, sshRsaKey } from './account.js';

const UserName = 'ann';

async function accountWithUser() {
  const account = newAccount();
  const { iam } = account;
  for (const name of [UserName, 'ben']) await iam.send(new CreateUserCommand({ UserName: name }));
  const upload = (SSHPublicKeyBody: string, name = UserName) =>
    iam.send(new UploadSSHPublicKeyCommand({ UserName: name, SSHPublicKeyBody }));
  return { ...account, upload };
}

/** ssh-keygen's form of a key of another kind. */
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

describe('an SSH public key', () => {
  test('comes back without its comment, and is known again', async () => {
    const { iam, upload } = await accountWithUser();
    const body = sshKey(1);
    const { SSHPublicKey } = await upload(`${body} ann@laptop\n`);
    const SSHPublicKeyId = SSHPublicKey!.SSHPublicKeyId;
    const read = (name: string) =>
      iam.send(new GetSSHPublicKeyCommand({ UserName: name, SSHPublicKeyId, Encoding: 'SSH' }));
    expect((await read(UserName)).SSHPublicKey).toMatchObject({
      UserName,
      SSHPublicKeyBody: body,
      Status: 'Active',
      Fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/),
      UploadDate: new Date('2026-03-01T12:00:00Z'),
    });
    const remove = () => iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId }));
    expect(
      await outcomes([
        () => upload(`${body} another comment`),
        () => upload(body, 'ben'),
        () => read('ben'),
        remove,
        remove,
        () => upload(body),
      ]),
    ).toEqual([
      'DuplicateSSHPublicKeyException',
      'ok',
      'NoSuchEntityException',
      'ok',
      'NoSuchEntityException',
      'ok',
    ]);
  });

  test('a real key of OpenSSH is taken', async () => {
    const { upload } = await accountWithUser();
    const { e = '', n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
      format: 'jwk',
    });
    const body = sshRsaKey(Buffer.from(e, 'base64url'), Buffer.from(n, 'base64url'));
    expect(await outcome(upload(body))).toBe('ok');
  });

  test.each([
    ['of 1,024 bits', sshKey(1, 1024), 'InvalidPublicKeyException'],
    ['that is cut short', sshKey(1).slice(0, 200), 'InvalidPublicKeyException'],
    ['of another kind', ed25519, 'InvalidPublicKeyException'],
    ['that is none', 'anything', 'UnrecognizedPublicKeyEncodingException'],
    ['that is empty', '', 'ValidationError'],
  ])('one %s is refused', async (_, body, expected) => {
    const { upload } = await accountWithUser();
    expect(await outcome(upload(body))).toBe(expected);
  });
});
