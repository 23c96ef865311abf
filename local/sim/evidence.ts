import { tag } from '../../functions/core/tags.js';
import type { Call, FakeAws } from '../fake-aws/fake-aws.js';
import type { TrueUser } from '../fake-aws/truth.js';
import { livingKeys, tagOf } from './true-user.js';

/** What of a leaver's evidence must be so, judged by the objects themselves. */

/** Which field of a call names what it destroys; null: the user itself. */
const destroyed: Readonly<Record<string, string | null>> = {
  RemoveUserFromGroup: 'GroupName',
  DeleteUserPolicy: 'PolicyName',
  DetachUserPolicy: 'PolicyArn',
  DeleteAccessKey: 'AccessKeyId',
  DeleteSSHPublicKey: 'SSHPublicKeyId',
  DeleteSigningCertificate: 'CertificateId',
  DeleteServiceSpecificCredential: 'ServiceSpecificCredentialId',
  DeactivateMFADevice: 'SerialNumber',
  DeleteUser: null,
};

function folderOf(user: TrueUser): string {
  return `users/${user.name.toLowerCase()}/${user.id}/${tagOf(user, tag.departed)}/`;
}

/** E1: what is destroyed was written down before. Answers what is wrong, or null. `user`: as it was before the call. */
export function checkWrittenDown(
  account: FakeAws,
  bucket: string,
  call: Call,
  user: TrueUser,
): string | null {
  const field = destroyed[call.operation];
  // A return lifts the deny, which is nobody's grant.
  if (field === undefined || String(call.input.PolicyArn).endsWith('/AWSDenyAll')) return null;
  const objects = account.truth.objects(bucket);
  const folder = folderOf(user);
  if (!objects.has(`${folder}snapshot.json`)) return `${call.operation} on ${user.name} without a snapshot`;
  if (field === null) return null;
  const looks = [...objects].filter(([key]) => key.startsWith(folder) && /(snapshot|found)\.json$/.test(key));
  const thing = JSON.stringify(call.input[field]);
  return looks.some(([, text]) => text.includes(thing))
    ? null
    : `${call.operation} of ${thing}, which no look of ${user.name} has`;
}

/** Names of all that a user has and a purge destroys. */
export function belongings(user: TrueUser): string[] {
  return [
    ...livingKeys(user).map(({ id }) => id),
    ...user.otherCredentials.map(({ id }) => id),
    ...user.attached.filter((arn) => !arn.endsWith('/AWSDenyAll')),
    ...Object.keys(user.inline),
    ...user.groups,
  ];
}

/** E2: whoever is gone has a record, of all that it had. */
export function checkRecord(
  account: FakeAws,
  bucket: string,
  user: TrueUser,
  had: readonly string[],
): string | null {
  const text = account.truth.objects(bucket).get(`${folderOf(user)}record.json`);
  if (text === undefined) return `${user.name} is gone and nobody signed that off`;
  const { found } = JSON.parse(text) as { found: { id: string }[] };
  const missing = had.filter((id) => !found.some((thing) => thing.id === id));
  return missing.length === 0 ? null : `the record of ${user.name} has no word of ${missing.join(', ')}`;
}
