import { CreateAccessKeyCommand, CreateUserCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { dayMs, hourMs, minuteMs, secondMs } from '../../functions/core/instants.js';
import type { UserName } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import { type Simulation, live, surroundingsCaller } from '../simulation.js';
import { furnish, judgeGone, judgeReturned } from './furnish.js';
import { intrude, judgeIntrusion } from './intruder.js';
import type { DeploymentSettings } from '../deployment.js';
import { simulatedBasePath } from './key-store.js';
import type { KnownOfALife } from './oracle.js';
import { sessions } from './sessions.js';
import { Violation } from './violation.js';
import { Invocation } from '../fake-aws/fake-aws.js';

/** A piece of a user's life: what was there before, what happens while faults are on, and what must be so after. */
export interface Scenario {
  /** What the oracle cannot know of this life. */
  readonly oracle?: KnownOfALife;
  /** What the schedules start; default a scan. */
  readonly look?: (simulation: Simulation) => Promise<unknown>;
  /** Of another deployment than the standard one. */
  readonly settings?: DeploymentSettings;
  /** How far apart the scans are. */
  readonly scanEveryMs: number;
  /** How long until all is at rest once faults are off: three cycles, and the waits that a fault may have put off. */
  readonly recoveryMs: number;
  prepare(simulation: Simulation): Promise<void>;
  /** Runs under faults. Callers try again, as clients of an API and senders of events do. */
  act(simulation: Simulation, options: ActOptions): Promise<void>;
  /** What the oracle's general rules cannot know: null where all is well. `attentions` is what people were told. */
  judge(simulation: Simulation, attentions: readonly string[]): string | null;
}

export interface ActOptions {
  readonly pollers: number;
  /** How often each event and request is sent: senders repeat themselves. */
  readonly copies: number;
}

export const userName = 'ci-deploy' as UserName;
const body = {
  name: userName,
  description: 'CI',
  roles: ['data_engineer'],
  owner: 'team@example.com',
  tags: {},
};

/** POST /users, again and again until it is accepted. A client that is refused outright gives up. */
async function onboard({ system, clock }: Simulation, copies = 1): Promise<void> {
  let accepted = 0;
  for (let tries = 0; accepted < copies && tries < 400; tries += 1) {
    const response = await system.request('POST', '/users', body);
    const status = response?.statusCode ?? 500;
    if (status >= 400 && status < 500 && status !== 429)
      throw new Violation('O2', `the API refused its own user: ${response?.body}`);
    if (status < 300) accepted += 1;
    await clock.sleep(status < 300 ? secondMs : 5 * secondMs);
  }
  if (accepted < copies) throw new Violation('L1', 'the API never accepted the user');
}

function keepOn(simulation: Simulation, scenario: Scenario, forMs: number, pollers: number): Promise<void> {
  return live(simulation, {
    until: simulation.clock.now() + forMs,
    scanEveryMs: scenario.scanEveryMs,
    pollers,
    onScanFailure: () => undefined,
  });
}

/** A user with its key, left alone until shortly before an instant. */
async function onboarded(simulation: Simulation, ageMs: number): Promise<void> {
  const { clock } = simulation;
  const bornAt = clock.now();
  await onboard(simulation);
  await simulation.system.drain();
  await clock.sleep(bornAt + ageMs - clock.now());
}

async function say(
  { system }: Simulation,
  detailType: string,
  detail: object,
  at: number,
  copies: number,
): Promise<void> {
  for (let copy = 0; copy < copies; copy += 1) await system.putEvent(detailType, { userName, ...detail }, at);
}

const onboarding: Scenario = {
  scanEveryMs: hourMs,
  recoveryMs: 4 * hourMs,
  prepare: async () => undefined,
  async act(simulation, { pollers, copies }) {
    await onboard(simulation, copies);
    await keepOn(simulation, onboarding, 2 * hourMs, pollers);
  },
  judge: ({ account }) => (account.truth.user(userName) ? null : `${userName} does not exist`),
};

const rotation: Scenario = {
  scanEveryMs: 2 * dayMs,
  recoveryMs: 20 * dayMs,
  prepare: (simulation) => onboarded(simulation, 60 * dayMs),
  act: (simulation, { pollers }) => keepOn(simulation, rotation, 20 * dayMs, pollers),
  judge({ account }) {
    const keys = account.truth.user(userName)!.keys;
    const [first] = keys;
    return first?.deletedAt === undefined ? 'the first key was never retired' : null;
  },
};

const offboarding: Scenario = {
  scanEveryMs: dayMs,
  recoveryMs: 4 * dayMs,
  async prepare(simulation) {
    await onboarded(simulation, 10 * dayMs);
    await furnish(simulation, userName);
  },
  async act(simulation, { pollers, copies }) {
    const detail = { reason: 'left the company', quarantine: 'P2D' };
    await say(simulation, 'User Offboarded', detail, simulation.clock.now(), copies);
    await keepOn(simulation, offboarding, 4 * dayMs, pollers);
  },
  judge: (simulation) => judgeGone(simulation, userName),
};

/** The leaver goes on with what it still holds, while the loss of its power spreads, and makes itself ways back in. */
const intrusion: Scenario = {
  ...offboarding,
  async act(simulation, { pollers, copies }) {
    const detail = { reason: 'dismissed', quarantine: 'P1D' };
    await say(simulation, 'User Offboarded', detail, simulation.clock.now(), copies);
    await Promise.all([intrude(simulation, userName), keepOn(simulation, offboarding, 4 * dayMs, pollers)]);
  },
  judge: (simulation) => judgeGone(simulation, userName) ?? judgeIntrusion(simulation),
};

const restoring: Scenario = {
  scanEveryMs: hourMs,
  recoveryMs: 4 * hourMs,
  async prepare(simulation) {
    await onboarded(simulation, 10 * dayMs);
    await furnish(simulation, userName);
    await simulation.clock.sleep(minuteMs);
    await say(
      simulation,
      'User Offboarded',
      { reason: 'by mistake', quarantine: 'P20D' },
      simulation.clock.now(),
      1,
    );
    await simulation.system.drain();
    await simulation.clock.sleep(hourMs);
  },
  async act(simulation, { pollers, copies }) {
    const at = simulation.clock.now();
    await say(simulation, 'User Restore Requested', {}, at, copies);
    // A duplicate of the decision that was taken back, an hour late.
    await say(
      simulation,
      'User Offboarded',
      { reason: 'by mistake', quarantine: 'P20D' },
      at - hourMs,
      copies - 1,
    );
    await keepOn(simulation, restoring, 3 * hourMs, pollers);
  },
  judge({ account }) {
    const user = account.truth.user(userName);
    return user ? judgeReturned(user) : `${userName} is gone`;
  },
};

/** Off on the way from one key to the next: a departure meets a rotation. */
const departure: Scenario = {
  scanEveryMs: dayMs,
  recoveryMs: 4 * dayMs,
  prepare: (simulation) => onboarded(simulation, 60 * dayMs),
  async act(simulation, { pollers, copies }) {
    await simulation.system.scan().catch(() => undefined);
    await say(
      simulation,
      'User Offboarded',
      { reason: 'left', quarantine: 'PT0S' },
      simulation.clock.now(),
      copies,
    );
    await keepOn(simulation, departure, 2 * dayMs, pollers);
  },
  judge: ({ account }) => (account.truth.user(userName) ? `${userName} still exists` : null),
};

/** A client that holds on to the old key for two weeks after it was replaced, and uses it twice a day. */
const slowClient: Scenario = {
  scanEveryMs: dayMs,
  recoveryMs: 24 * dayMs,
  prepare: (simulation) => onboarded(simulation, 60 * dayMs),
  async act(simulation, { pollers }) {
    const { account, clock } = simulation;
    const [old] = account.truth.user(userName)!.keys;
    const useTwiceADay = async () => {
      for (let turn = 0; turn < 28; turn += 1) {
        account.useKey(old!.id);
        await clock.sleep(dayMs / 2);
      }
    };
    await Promise.all([useTwiceADay(), keepOn(simulation, slowClient, 16 * dayMs, pollers)]);
  },
  judge: ({ account }) =>
    account.truth.user(userName)!.keys[0]?.deletedAt === undefined ? 'the old key was never retired' : null,
};

/** Somebody wrote an exemption that nobody can read: it must not silence the rotation for ever. */
const exemption: Scenario = {
  scanEveryMs: 2 * dayMs,
  recoveryMs: 4 * dayMs,
  async prepare(simulation) {
    await onboarded(simulation, 60 * dayMs);
    const { iam } = simulation.account.clients(new Invocation(surroundingsCaller));
    await iam.send(
      new TagUserCommand({ UserName: userName, Tags: [{ Key: tag.exemptUntil, Value: 'next year' }] }),
    );
  },
  act: (simulation, { pollers }) => keepOn(simulation, exemption, 4 * dayMs, pollers),
  judge(_simulation, attentions) {
    return attentions.some((why) => why.includes(tag.exemptUntil))
      ? null
      : 'nobody was told of the exemption (R6)';
  },
};

/** The name is taken again after the purge, and a duplicate of the old decision comes late. */
const rehire: Scenario = {
  scanEveryMs: hourMs,
  recoveryMs: 4 * hourMs,
  async prepare(simulation) {
    const { clock } = simulation;
    await onboarded(simulation, dayMs);
    await say(simulation, 'User Offboarded', { quarantine: 'PT0S' }, clock.now(), 1);
    await keepOn(simulation, rehire, 2 * hourMs, 1);
    await onboarded(simulation, dayMs);
  },
  async act(simulation, { pollers, copies }) {
    const [old] = simulation.account.truth.events();
    const decidedAt = Date.parse(old!.event.time);
    await say(simulation, 'User Offboarded', { quarantine: 'PT0S' }, decidedAt, copies);
    await say(
      simulation,
      'User Offboarded',
      { quarantine: 'PT0S', userId: 'AIDAOFTHEFIRSTHOLDER1' },
      simulation.clock.now(),
      copies,
    );
    await keepOn(simulation, rehire, 2 * hourMs, pollers);
  },
  judge: ({ account }) => (account.truth.user(userName) ? null : 'the new holder of the name was offboarded'),
};

/** A key that is kept in SSM, replaced there and retired. */
const parameters: Scenario = {
  ...rotation,
  async prepare({ account, clock, env, system }) {
    const { iam } = account.clients(new Invocation(surroundingsCaller));
    const bornAt = clock.now();
    const tags = {
      [tag.managed]: 'true',
      [tag.origin]: 'roster',
      [tag.keyStore]: 'ssm',
      [tag.ssmPath]: simulatedBasePath,
    };
    await iam.send(
      new CreateUserCommand({
        UserName: userName,
        Path: env.USER_PATH,
        PermissionsBoundary: env.BOUNDARY_ARN,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await clock.sleep(hourMs);
    await system.scan();
    await system.drain();
    await clock.sleep(bornAt + 60 * dayMs - clock.now());
  },
};

const stranger = 'somebody-else';
const unknownKey = 'AKIANOBODYHASTHISKEY';

/**
 * AWS Health tells of three leaked keys at once: one that nobody here has, one of a user that is not ours, and ours. The
 * last of them must not suffer from the others, and the stranger must not be touched.
 */
const leak: Scenario = {
  scanEveryMs: 12 * hourMs,
  recoveryMs: 9 * dayMs,
  async prepare(simulation) {
    const { account } = simulation;
    await onboarded(simulation, 10 * dayMs);
    const { iam } = account.clients(new Invocation(surroundingsCaller));
    await iam.send(new CreateUserCommand({ UserName: stranger }));
    await iam.send(new CreateAccessKeyCommand({ UserName: stranger }));
  },
  async act(simulation, { pollers, copies }) {
    for (let copy = 0; copy < copies; copy += 1) announceLeak(simulation);
    await keepOn(simulation, leak, 12 * hourMs, pollers);
  },
  judge({ account: { truth } }, attentions) {
    const [first] = truth.user(userName)!.keys;
    if (first?.deletedAt === undefined) return 'the leaked key was never deleted';
    const [strange] = truth.user(stranger)!.keys;
    return [unknownKey, strange!.id].every((id) => attentions.some((why) => why.includes(id)))
      ? null
      : 'nobody was told of the keys that are not ours';
  },
};

/** What AWS Health says of every key that our user and the stranger have, behind one of another account. */
export function announceLeak({ account }: Simulation): void {
  const ids = [stranger, userName].flatMap((name) => account.truth.user(name)!.keys.map(({ id }) => id));
  account.announce('aws.health', 'AWS Health Event', {
    service: 'RISK',
    eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
    eventTypeCategory: 'issue',
    affectedEntities: [unknownKey, ...ids].map((entityValue) => ({ entityValue })),
  });
}

export const scenarios = {
  onboard: onboarding,
  rotate: rotation,
  offboard: offboarding,
  restore: restoring,
  departure,
  slowClient,
  exemption,
  rehire,
  parameters,
  intrusion,
  sessions,
  leak,
} as const;
export type ScenarioName = keyof typeof scenarios;
