import { AttachUserPolicyCommand, CreatePolicyCommand, DetachUserPolicyCommand } from '@aws-sdk/client-iam';
import { dayMs } from '../../functions/core/instants.js';
import type { UserName } from '../../functions/core/names.js';
import type { PermissionContext } from '../../infra/permissions.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../../local/simulation.js';
import { type Use, rest, watch } from './lives.js';

const name = 'bob@example.com' as UserName;
const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';

/** What AWS Health says of all keys of a user. */
export function announceKeysOf({ account }: Simulation, userName: UserName): void {
  account.announce('aws.health', 'AWS Health Event', {
    eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
    affectedEntities: account.truth.user(userName)!.keys.map(({ id }) => ({ entityValue: id })),
  });
}

/** A quarantine by AWS that nothing else tells of, a leak with a full quota of policies, and one of a leaver. */
export function liveWithLeaks(deployed: PermissionContext): Promise<Use[]> {
  return watch(deployed, async (simulation) => {
    const { system, account } = simulation;
    const { iam } = account.clients(new Invocation(surroundingsCaller));
    await system.request('POST', '/users', { name, owner: name, roles: ['data_engineer'] });
    await rest(simulation, dayMs);

    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: quarantine }));
    await rest(simulation, 10 * dayMs);
    await iam.send(new DetachUserPolicyCommand({ UserName: name, PolicyArn: quarantine }));
    await rest(simulation, dayMs);

    await fillQuota(simulation, 9);
    announceKeysOf(simulation, name);
    await rest(simulation, 10 * dayMs);

    await system.putEvent('User Offboarded', { userName: name, quarantine: 'P5D' });
    announceKeysOf(simulation, name);
    await rest(simulation, 10 * dayMs);
  });
}

async function fillQuota({ account }: Simulation, most: number): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  for (let index = account.truth.user(name)!.attached.length; index < most; index += 1) {
    const PolicyDocument =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `Own${index}`, PolicyDocument }));
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: Policy!.Arn! }));
  }
}
