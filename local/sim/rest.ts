import { stage } from '../../functions/core/facts.js';
import type { Simulation } from '../simulation.js';
import { leaseTable, queueNames } from '../deployment.js';
import { activeCredentials, isTombstoned, keyAt, livingKeys, tagOf } from './true-user.js';
import { keyStoreOf, tornParameters } from './key-store.js';
import { Violation } from './violation.js';
import type { FakeParameter } from '../fake-aws/ssm-state.js';
import type { TrueUser } from '../fake-aws/truth.js';
import { tag } from '../../functions/core/tags.js';

/** What every user must look like once faults are off and three cycles have passed (L1, O1, R3), and the queues. */
export function judgeRest(simulation: Simulation, now: number): Violation[] {
  const { account } = simulation;
  const found: Violation[] = [];
  const require = (holds: boolean, rule: string, what: string) => {
    if (!holds) found.push(new Violation(rule, what));
  };
  for (const user of account.truth.users()) {
    if (tagOf(user, tag.managed) !== 'true') continue;
    if (isTombstoned(user)) judgeLeaver(user, require);
    else judgeEmployee(simulation, user, require);
  }
  for (const name of Object.values(queueNames)) {
    const queue = account.truth.queue(name);
    if (!queue) continue;
    const { visible, inFlight, delayed } = queue;
    const left = [...visible, ...inFlight, ...delayed].map(({ body }) => body);
    require(left.length === 0, 'L1', `${name} still holds ${left.join(' ')}`);
    require(account.truth.queue(`${name}-dlq`)!.visible.length ===
      0, 'L1', `a message of ${name} was given up`);
  }
  for (const item of account.truth.table(leaseTable)!.items.values()) {
    require(Number(item.expiresAt?.N) <= now, 'L1', `the lease of ${item.name?.S} is still held`);
  }
  return found;
}

/** Nothing lets a leaver in. */
function judgeLeaver(user: TrueUser, require: Require): void {
  const active = activeCredentials(user).join(', ');
  require(active === '', 'F2', `${user.name} is offboarded, and ${active} is Active`);
  require(user.loginProfile === undefined, 'F2', `${user.name} is offboarded and has a password`);
}

type Require = (holds: boolean, rule: string, what: string) => void;

function judgeEmployee({ account, env }: Simulation, user: TrueUser, require: Require): void {
  const { name } = user;
  const secret = keyStoreOf(account, user);
  const currentId = secret ? keyAt(secret, stage.current) : null;
  const pendingId = secret ? keyAt(secret, stage.pending) : null;
  const keys = livingKeys(user);
  const ids = keys.map(({ id, status }) => `${id} ${status}`).join(', ');
  require(currentId !== null, 'L1', `${name} has no current key`);
  require(pendingId === null || pendingId === currentId, 'L1', `${name} has a pending key`);
  require(keys.length === 1 &&
    keys[0]?.id === currentId, 'L1', `${name} has the keys ${ids}; current is ${currentId}`);
  const torn = tornParameters(account, user);
  require(torn.length === 0, 'L1', `${torn.join(' and ')} hold another key than the credentials`);
  require(keys[0]?.status === 'Active', 'L1', `the key of ${name} is not Active`);
  require(user.boundaryArn === env.BOUNDARY_ARN, 'O1', `${name} has the boundary ${user.boundaryArn}`);
  const left = user.tags.map(({ Key }) => Key).filter((key) => /leak|suspect/.test(key));
  require(left.length === 0, 'L1', `${name} still carries ${left.join(', ')}`);
  const wanted = policiesOf(env.ASSUMABLE_ROLES, tagOf(user, tag.roles) ?? '');
  require(sameSet(user.attached, wanted), 'O1', `${name} has the policies ${user.attached.join(', ')}`);
}

function policiesOf(rolesJson: string, rolesTag: string): string[] {
  const roles = JSON.parse(rolesJson) as Record<string, { policyArn: string }>;
  return rolesTag.split(' ').flatMap((key) => roles[key]?.policyArn ?? []);
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

/** Every record in which a secret must never be found (S4). */
export function recordsOf({ account, env }: Simulation, words: readonly string[]): string[] {
  const { truth } = account;
  return [
    ...words,
    ...truth
      .queues()
      .flatMap(({ visible, inFlight, delayed }) =>
        [...visible, ...inFlight, ...delayed].map(({ body }) => body),
      ),
    ...truth.tables().map((table) => JSON.stringify([...table.items.values()])),
    ...truth.parameters().map(withoutSecureValue),
    ...truth.events().map((event) => JSON.stringify(event)),
    ...truth.users().map((user) => JSON.stringify(user.tags)),
    ...truth.objects(env.EVIDENCE_BUCKET).values(),
    ...account.calls.map((call) => JSON.stringify(call)),
  ];
}

/** A parameter as anybody sees it who may not decrypt. */
function withoutSecureValue(parameter: FakeParameter): string {
  const value = parameter.type === 'SecureString' ? parameter.ciphertext : parameter.value;
  return JSON.stringify({ ...parameter, value });
}
