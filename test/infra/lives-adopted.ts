import { CreateUserCommand } from '@aws-sdk/client-iam';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { dayMs } from '../../functions/core/instants.js';
import type { UserName } from '../../functions/core/names.js';
import { readRoster } from '../../functions/shell/read-roster.js';
import { formatRotateMessage } from '../../functions/shell/messages.js';
import type { PermissionContext } from '../../infra/permissions.js';
import { deployRoster } from '../../local/deploy-roster.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../../local/simulation.js';
import { type Use, rest, watch } from './lives.js';

export const adopted = 'ci-bot' as UserName;

const roster = JSON.stringify({
  accountId: '123456789012',
  systemUsers: [{ name: adopted, policyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'] }],
});

/** A user that was there before, outside our path: kept as the roster says, rotated, let go, taken back, purged. */
export function liveAdopted(deployed: PermissionContext): Promise<Use[]> {
  return watch(deployed, async (simulation) => {
    const { system } = simulation;
    await bringItUnderManagement(simulation);
    await system.reconcile();
    await rest(simulation, 75 * dayMs);
    await system.putEvent('User Offboarded', { userName: adopted });
    await rest(simulation, dayMs);
    await system.putEvent('User Restore Requested', { userName: adopted });
    await rest(simulation, dayMs);
    await system.putEvent('User Offboarded', { userName: adopted, quarantine: 'PT1H' });
    await rest(simulation, 2 * dayMs);
  });
}

/** As `adopt --rotate` leaves it. */
async function bringItUnderManagement({ account, clock, env, system }: Simulation): Promise<void> {
  const clients = account.clients(new Invocation(surroundingsCaller));
  const tags = { managed: 'true', origin: 'adopted', owner: 'team-a' };
  await clients.iam.send(
    new CreateUserCommand({
      UserName: adopted,
      Path: '/legacy/',
      PermissionsBoundary: env.BOUNDARY_ARN,
      Tags: Object.entries(tags).map(([key, Value]) => ({ Key: `iam-lifecycle:${key}`, Value })),
    }),
  );
  await deployRoster(clients, readRoster(roster, 'roster.yaml'));
  await system.putRoster(roster);
  const message = { userName: adopted, userId: null, sentAt: clock.now(), why: 'new', request: null };
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: env.ROTATE_QUEUE_URL,
      MessageBody: JSON.stringify(formatRotateMessage(message)),
    }),
  );
}
