import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { dayMs, hourMs } from '../../functions/core/instants.js';
import { readRoster } from '../../functions/shell/read-roster.js';
import type { PermissionContext } from '../../infra/permissions.js';
import { deployRoster } from '../../local/deploy-roster.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { type Simulation, surroundingsCaller } from '../../local/simulation.js';
import { sshKey } from '../local/fake-aws/account.js';
import { type Use, rest, watch } from './lives.js';

const bob = 'bob@example.com';
const sshPublicKey = sshKey(1);
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const logs = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** Everything that a roster may say of a user, and a group that somebody else has made. */
const full = {
  accountId: '123456789012',
  assumableRoles: { data_engineer: role('DataEngineerRole'), admin: role('AdminRole') },
  groups: { existing: ['auditors'] },
  passwordPolicy: { minimumPasswordLength: 20 },
  people: {
    [bob]: {
      roles: ['data_engineer'],
      groups: ['auditors'],
      tags: { Team: 'platform' },
      createLoginProfile: true,
      sshPublicKey,
    },
  },
  systemUsers: [
    { name: 'ci-mailer', policyArns: [logs], store: { type: 'ssm', basePath: '/system_user/' } },
    { name: 'ci-deploy' },
  ],
};
const withoutDeploy = { ...full, systemUsers: full.systemUsers.slice(0, 1) };

/** Users come with a roster, drift from it in every way, are brought back, and leave with the next one. */
export function liveWithRoster(deployed: PermissionContext): Promise<Use[]> {
  return watch(deployed, async (simulation) => {
    const { account, system } = simulation;
    const clients = account.clients(new Invocation(surroundingsCaller));
    await clients.iam.send(new CreateGroupCommand({ GroupName: 'auditors' }));
    await deployRoster(clients, readRoster(JSON.stringify(full), 'roster.yaml'));
    await system.putRoster(JSON.stringify(full));
    await keep(simulation);
    await clients.iam.send(new UploadSSHPublicKeyCommand({ UserName: bob, SSHPublicKeyBody: sshPublicKey }));
    await drift(simulation);
    await keep(simulation);
    await rest(simulation, 65 * dayMs);
    await moveKeyStore(simulation);
    await keep(simulation);
    await system.putRoster(JSON.stringify(withoutDeploy));
    await keep(simulation);
    await keep(simulation);
  });
}

async function keep(simulation: Simulation): Promise<void> {
  await simulation.system.reconcile();
  await rest(simulation, hourMs);
}

async function drift({ account }: Simulation): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const UserName = bob;
  const [PolicyArn] = account.truth.user(bob)!.attached;
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: administrator }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }));
  await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
  await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: 'auditors' }));
  await iam.send(new AddUserToGroupCommand({ UserName: 'ci-deploy', GroupName: 'auditors' }));
  const Tags = [
    { Key: 'Team', Value: 'sales' },
    { Key: 'Pet', Value: 'cat' },
  ];
  await iam.send(new TagUserCommand({ UserName, Tags }));
}

/** Somebody says that the key is kept elsewhere: the roster says it anew. */
async function moveKeyStore({ account }: Simulation): Promise<void> {
  const { iam } = account.clients(new Invocation(surroundingsCaller));
  const Tags = [{ Key: 'iam-lifecycle:ssm-path', Value: '/mine' }];
  await iam.send(new TagUserCommand({ UserName: 'ci-mailer', Tags }));
}
