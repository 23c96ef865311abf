import { AttachGroupPolicyCommand, CreateGroupCommand } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { createHandler } from '../../functions/onboard.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { type Simulation, simulate } from '../../local/simulation.js';

const policyArn = 'arn:aws:iam::123456789012:policy/AssumeDataEngineerRolePolicy';
const groupName = 'AssumeDataEngineerRole';

test('where roles are given through groups, a user joins the group and has no policy of its own', async () => {
  const clock = (): Simulation['clock'] => simulation.clock;
  const journal = createRecorder(clock);
  const simulation: Simulation = await simulate({ startAt: Date.parse('2026-01-01T00:00:00Z'), journal });
  const { account, env } = simulation;
  const clients = account.clients(new Invocation('test'));
  const roleArn = 'arn:aws:iam::123456789012:role/DataEngineerRole';
  const handler = createHandler({
    env: { ...env, ASSUMABLE_ROLES: JSON.stringify({ data_engineer: { roleArn, policyArn, groupName } }) },
    clients: () => clients,
    clock: simulation.clock,
    journal,
    middlewares: [],
  });
  const body = JSON.stringify({ name: 'ci-deploy', owner: 'team', roles: ['data_engineer'] });
  const event = {
    rawPath: '/users',
    body,
    requestContext: { requestId: 'r1', timeEpoch: 0, http: { method: 'POST' } },
  };
  const context = { awsRequestId: 'run-1', getRemainingTimeInMillis: () => 29_000 } as never;

  const statuses = await simulation.clock.run(async () => {
    await clients.iam.send(new CreateGroupCommand({ GroupName: groupName }));
    await clients.iam.send(new AttachGroupPolicyCommand({ GroupName: groupName, PolicyArn: policyArn }));
    const first = await handler(event, context);
    const again = await handler(event, context);
    return [first.statusCode, again.statusCode];
  });

  expect(statuses).toEqual([202, 202]);
  expect(account.truth.user('ci-deploy')).toMatchObject({ groups: [groupName], attached: [] });
});
