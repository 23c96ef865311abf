import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutUserPolicyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { isAlreadyThere, isNotFound } from '../../functions/aws/errors.js';
import { secondMs } from '../../functions/core/instants.js';
import type { UserName } from '../../functions/core/names.js';
import { Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../simulation.js';
import { sshKey } from './furnish.js';

const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/**
 * A leaver who acts with its own key while IAM still lets it: in the midst of the containment, and again a minute later.
 * What it makes of its own user must go; roles and policies that it makes are nobody's to delete here, and a person's to know.
 */
export async function intrude({ account, clock }: Simulation, UserName: UserName): Promise<void> {
  const keyId = account.truth.user(UserName)?.keys[0]?.id;
  const { iam } = account.clients(new Invocation(surroundingsCaller, keyId));
  await iam.send(new CreateGroupCommand({ GroupName: 'admins' }));
  await clock.sleep(secondMs / 2);
  await tolerating(iam.send(new CreateAccessKeyCommand({ UserName })));
  await tolerating(iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: sshKey(3) })));
  await tolerating(
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'backdoor', PolicyDocument: everything })),
  );
  await clock.sleep(60 * secondMs);
  await tolerating(iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'admins' })));
  await tolerating(
    iam.send(new CreateLoginProfileCommand({ UserName, Password: 'Another-Horse-8-Battery' })),
  );
  const trust = everything
    .replace('"Resource":"*"', '"Principal":{"AWS":"*"}')
    .replace('"*"', '"sts:AssumeRole"');
  await iam.send(new CreateRoleCommand({ RoleName: 'backdoor', AssumeRolePolicyDocument: trust }));
  await iam.send(new CreatePolicyCommand({ PolicyName: 'backdoor', PolicyDocument: everything }));
}

/** A password that is not gone yet, or a user that is: then there is nothing to make. */
async function tolerating(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isAlreadyThere(error) && !isNotFound(error)) throw error;
  }
}

/** What the record must tell of the intrusion, or what is wrong. */
export function judgeIntrusion({ account, env }: Simulation): string | null {
  const [record] = [...account.truth.objects(env.EVIDENCE_BUCKET)].filter(([key]) =>
    key.endsWith('/record.json'),
  );
  const { found, lateActs } = JSON.parse(record?.[1] ?? '{"found":[],"lateActs":[]}') as {
    found: { kind: string; id: string }[];
    lateActs: { action: string; resources: string[] }[];
  };
  const kinds = ['access-key', 'ssh-key', 'inline-policy'].filter(
    (kind) => found.filter((thing) => thing.kind === kind).length < (kind === 'ssh-key' ? 3 : 2),
  );
  if (kinds.length > 0) return `the record has no word of what the leaver made: ${kinds.join(', ')}`;
  if (!found.some(({ id }) => id === 'admins'))
    return 'the record has no word of the group that the leaver joined';
  const missing = ['CreateRole', 'CreatePolicy'].find(
    (wanted) =>
      !lateActs.some(({ action, resources }) => action === wanted && resources.includes('backdoor')),
  );
  return missing === undefined ? null : `the record has no word of the leaver's ${missing}`;
}
