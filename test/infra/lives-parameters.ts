import { CreateUserCommand } from '@aws-sdk/client-iam';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { dayMs } from '../../functions/core/instants.js';
import { formatRotateMessage } from '../../functions/shell/messages.js';
import type { UserName } from '../../functions/core/names.js';
import type { PermissionContext } from '../../infra/permissions.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../../local/simulation.js';
import { ownKeyArn } from './context.js';
import { announceKeysOf } from './lives-leaks.js';
import { type Use, rest, watch } from './lives.js';

const mailer = 'ci-mailer' as UserName;

/** User -> the tags that say where its key is kept. */
const wishes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [mailer]: {
    'iam-lifecycle:key-store': 'ssm',
    'iam-lifecycle:ssm-path': '/system_user',
    'iam-lifecycle:ses-regions': 'eu-west-1',
    'iam-lifecycle:kms-key': ownKeyArn,
    Team: 'platform',
  },
  'ci-plain': { 'iam-lifecycle:key-store': 'ssm', 'iam-lifecycle:ssm-path': '/system_user' },
  'ci-sealed': { 'iam-lifecycle:kms-key': ownKeyArn },
};

/** Users whose keys are in SSM, or under KMS keys of their own: rotation, torn parts, departure. */
export function liveWithParameters(deployed: PermissionContext): Promise<Use[]> {
  return watch(deployed, async (simulation) => {
    for (const [name, tags] of Object.entries(wishes)) await createUser(simulation, name as UserName, tags);
    await rest(simulation, dayMs);
    await tear(simulation);
    await simulation.system.request('GET', `/users/${mailer}`);
    await rest(simulation, 70 * dayMs);
    announceKeysOf(simulation, mailer);
    await rest(simulation, 10 * dayMs);
    await simulation.system.putEvent('User Offboarded', { userName: mailer, quarantine: 'P5D' });
    await rest(simulation, 7 * dayMs);
  });
}

async function createUser(
  { account, clock, env }: Simulation,
  userName: UserName,
  wish: Readonly<Record<string, string>>,
): Promise<void> {
  const { iam, sqs } = account.clients(new Invocation(surroundingsCaller));
  const tags = {
    'iam-lifecycle:managed': 'true',
    'iam-lifecycle:origin': 'roster',
    'iam-lifecycle:owner': 'roster',
    ...wish,
  };
  await iam.send(
    new CreateUserCommand({
      UserName: userName,
      Path: env.USER_PATH,
      PermissionsBoundary: env.BOUNDARY_ARN,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const message = { userName, userId: null, sentAt: clock.now(), why: 'new', request: null };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: env.ROTATE_QUEUE_URL,
      MessageBody: JSON.stringify(formatRotateMessage(message)),
    }),
  );
}

/** The pair is newer than its parts, as after a run that was cut off between them. */
async function tear({ account }: Simulation): Promise<void> {
  const { ssm } = account.clients(new Invocation(surroundingsCaller));
  const { name, value, description, keyId } = account.truth.parameter(`/system_user/${mailer}/credentials`)!;
  await ssm.send(
    new PutParameterCommand({
      Name: name,
      Value: value,
      Description: description!,
      Type: 'SecureString',
      KeyId: keyId!,
      Overwrite: true,
    }),
  );
}
