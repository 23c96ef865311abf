import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Clients } from '../../functions/aws/clients.js';
import { type UserName, secretNameOf } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import { Invocation } from '../fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../simulation.js';
import { type HandMade, type Ledger, managedUser } from './fleet-ledger.js';
import type { Member } from './fleet-plan.js';
import { livingKeys } from './true-user.js';

type Hand = (clients: Clients, UserName: UserName) => Promise<{ readonly keyId?: string }>;
type ByHand = Exclude<HandMade['what'], 'cut-off-change'>;

/** What people do past the system, with the rights of an administrator. */
const hands: Readonly<Record<ByHand, Hand>> = {
  'add-key': async ({ iam }, UserName) => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { keyId: AccessKey!.AccessKeyId! };
  },
  'strip-tag': async ({ iam }, UserName) => {
    await iam.send(new UntagUserCommand({ UserName, TagKeys: [tag.managed] }));
    return {};
  },
  'strip-boundary': async ({ iam }, UserName) => {
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    return {};
  },
  'delete-secret': async ({ secretsManager }, UserName) => {
    const SecretId = secretNameOf(UserName);
    await secretsManager.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 30 }));
    return {};
  },
  namesake: async ({ iam }, UserName) => {
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    return {};
  },
};

/** Does it where it can be done now, and remembers that a person did it. */
export async function byHand(
  { simulation, ledger }: { readonly simulation: Simulation; readonly ledger: Ledger },
  { what, member }: { readonly what: ByHand; readonly member: Member },
): Promise<void> {
  const { account, clock } = simulation;
  if (!isPossible(simulation, what, member)) return;
  const at = clock.now();
  const clients = account.clients(new Invocation(surroundingsCaller));
  ledger.byHand.push({
    what,
    name: member.name,
    at,
    ...(await hands[what](clients, member.name as UserName)),
  });
}

function isPossible({ account, env }: Simulation, what: ByHand, { name }: Member): boolean {
  const user = managedUser(account, name);
  if (what === 'namesake') return account.truth.user(name) === undefined;
  if (!user) return false;
  if (what === 'add-key') return livingKeys(user).length < 2;
  if (what === 'strip-boundary') return user.boundaryArn === env.BOUNDARY_ARN;
  if (what === 'strip-tag') return true;
  const secret = account.truth.secret(secretNameOf(name as UserName));
  return secret !== undefined && secret.deletedAt === undefined;
}
