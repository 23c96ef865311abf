import { expect, test } from '@jest/globals';
import { functionNames, permissionsOf } from '../../infra/permissions.js';
import { PermissionSimulator } from '../support/iam-simulation.js';
import { deployed } from './context.js';

const group = (name: string) => `arn:aws:iam::123456789012:group/lifecycle/${name}`;
const grouped = { ...deployed, assumePolicyArns: [], roleGroupArns: [group('AssumeDataEngineerRole')] };
const join = (resource: string) => ({ action: 'iam:AddUserToGroup', resource, context: {} });
const leave = (resource: string) => ({ action: 'iam:RemoveUserFromGroup', resource, context: {} });

/** Where roles are given through groups, onboarding may join those and can attach nothing. */
test.each(functionNames)(
  '%s joins a group of a role only if it onboards, and no other group ever',
  async (name) => {
    const simulator = new PermissionSimulator(grouped);
    const mayJoin = await simulator.decide(name, join(group('AssumeDataEngineerRole')));
    expect(mayJoin.isAllowed).toBe(name === 'onboard');
    expect((await simulator.decide(name, join(group('Admins')))).isAllowed).toBe(false);
    expect(
      (await new PermissionSimulator(deployed).decide(name, join(group('AssumeDataEngineerRole')))).isAllowed,
    ).toBe(false);
  },
);

test('onboarding leaves the groups of the roles, and no other; where there are none, none', async () => {
  const asked = [
    [grouped, 'AssumeDataEngineerRole'],
    [grouped, 'Admins'],
    [deployed, 'AssumeDataEngineerRole'],
  ] as const;
  const answers = await Promise.all(
    asked.map(([context, name]) => new PermissionSimulator(context).decide('onboard', leave(group(name)))),
  );
  expect(answers.map(({ isAllowed }) => isAllowed)).toEqual([true, false, false]);
});

test('no policy is attached where groups give the roles', () => {
  const actions = permissionsOf('onboard', grouped).flatMap((statement) => statement.actions);
  expect(actions).toContain('iam:AddUserToGroup');
  expect(actions).not.toContain('iam:AttachUserPolicy');
  expect(actions).not.toContain('iam:DetachUserPolicy');
});
