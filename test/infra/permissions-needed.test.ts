import { describe, expect, test } from '@jest/globals';
import {
  type FunctionName,
  type PermissionContext,
  type PermissionStatement,
  functionBoundary,
  functionNames,
  functionsOf,
  maxInlineCharacters,
  maxManagedCharacters,
  permissionsOf,
  toDocument,
} from '../../infra/permissions.js';
import { withPlumbing } from '../../infra/plumbing.js';
import { type ScenarioName, scenarios } from '../../local/sim/scenarios.js';
import { type AccessRequest, PermissionSimulator } from '../support/iam-simulation.js';
import { adoptedArn, contexts, deployed, extended, ownKeyArn } from './context.js';
import { type Use, liveLongLife, liveScenario, platformUses } from './lives.js';
import { adopted, liveAdopted } from './lives-adopted.js';
import { liveWithLeaks } from './lives-leaks.js';
import { liveWithParameters } from './lives-parameters.js';
import { liveWithRoster } from './lives-roster.js';

const simulators = new Map(contexts.map(([, context]) => [context, new PermissionSimulator(context)]));
const scenarioNames = Object.keys(scenarios) as ScenarioName[];
/** Keys are kept in SSM, and sessions revoked, only where that is configured. */
const scenariosIn = ({ ssmBasePaths, revocation }: PermissionContext) =>
  scenarioNames
    .filter((name) => name !== 'parameters' || ssmBasePaths.length > 0)
    .filter((name) => name !== 'sessions' || revocation !== null);
const seeds = [1, 2, 3, 4, 5, 6];

type RoleUse = Pick<Use, 'by' | 'request'>;
const lives = new Map<string, Promise<readonly Use[]>>();

const ownLives = {
  'with an adopted user': liveAdopted,
  'long life': liveLongLife,
  'with leaks': liveWithLeaks,
  'with parameters': liveWithParameters,
  'with a roster': liveWithRoster,
};

/** A life is lived once, whichever test asks for it, and in whichever deployment: they differ in rights alone. */
function usesOf(life: ScenarioName | keyof typeof ownLives, seed?: number): Promise<readonly Use[]> {
  const key = `${life} ${seed ?? ''}`;
  const uses =
    lives.get(key) ??
    (life in ownLives
      ? ownLives[life as keyof typeof ownLives](deployed)
      : liveScenario(deployed, life as ScenarioName, seed));
  lives.set(key, uses);
  return uses;
}

async function deniedAmong(uses: readonly RoleUse[], context: PermissionContext): Promise<string[]> {
  const denied = new Set<string>();
  for (const { by, request } of uses) {
    const { isAllowed } = await simulators.get(context)!.decide(by, request);
    if (!isAllowed)
      denied.add(`${by}: ${request.action} on ${request.resource}, ${JSON.stringify(request.context)}`);
  }
  return [...denied];
}

async function allUses(context: PermissionContext): Promise<RoleUse[]> {
  const all: RoleUse[] = [
    ...platformUses(context),
    ...(await usesOf('long life')),
    ...(await usesOf('with leaks')),
  ];
  if (context === extended)
    for (const life of ['with an adopted user', 'with parameters', 'with a roster'] as const)
      all.push(...(await usesOf(life)));
  for (const scenario of scenariosIn(context)) {
    all.push(...(await usesOf(scenario)));
    for (const seed of seeds) all.push(...(await usesOf(scenario, seed)));
  }
  return all;
}

describe.each(contexts)('what the functions do is allowed, %s', (_, context) => {
  test('in a long life with everything that people and the API ask for', async () => {
    const uses = await usesOf('long life');
    expect(uses.length).toBeGreaterThan(500);
    expect(await deniedAmong(uses, context)).toEqual([]);
  });

  test.each(scenariosIn(context))('in the scenario %s, without and with faults', async (scenario) => {
    expect(await deniedAmong(await usesOf(scenario), context)).toEqual([]);
    for (const seed of seeds) expect(await deniedAmong(await usesOf(scenario, seed), context)).toEqual([]);
  });

  test('when Lambda writes logs and asks about queues with their roles', async () => {
    expect(await deniedAmong(platformUses(context), context)).toEqual([]);
  });
});

test.each(contexts)('every leak is answered, %s', async (_, context) => {
  const uses = await usesOf('with leaks');
  expect(await deniedAmong(uses, context)).toEqual([]);
  expect(uses.filter(({ by }) => by === 'respond').length).toBeGreaterThan(50);
});

test('a roster is kept in every way in which users drift from it', async () => {
  const uses = await usesOf('with a roster');
  expect(await deniedAmong(uses, extended)).toEqual([]);
  expect(uses.filter(({ by }) => by === 'reconcile').length).toBeGreaterThan(50);
});

async function usesOfAdopted(): Promise<readonly Use[]> {
  const uses = await usesOf('with an adopted user');
  return uses.filter(({ request }) => request.resource === adoptedArn);
}

describe('an adopted user outside our path', () => {
  test('is looked after by every function, from its first key to its end', async () => {
    expect(await deniedAmong(await usesOf('with an adopted user'), extended)).toEqual([]);
    const done = new Set((await usesOfAdopted()).map(({ by, request }) => `${by} ${request.action}`));
    for (const [by, action] of [
      ['reconcile', 'iam:AttachUserPolicy'],
      ['rotate', 'iam:CreateAccessKey'],
      ['rotate', 'iam:DeleteAccessKey'],
      ['offboard', 'iam:UpdateAccessKey'],
      ['offboard', 'iam:DeleteUser'],
    ])
      expect(done).toContain(`${by} ${action}`);
  });

  test('is out of reach where no ARN names it', async () => {
    const simulator = new PermissionSimulator({ ...extended, adoptedArns: [`${adoptedArn}2`] });
    const allowed: string[] = [];
    for (const use of await usesOfAdopted())
      if (!/:(Get|List)/.test(use.request.action) && (await simulator.decide(use.by, use.request)).isAllowed)
        allowed.push(`${use.by} ${use.request.action} ${adopted}`);
    expect(allowed).toEqual([]);
  });
});

describe('keys in SSM and KMS keys of users', () => {
  test('are lived with where they are configured', async () => {
    const uses = await usesOf('with parameters');
    expect(await deniedAmong(uses, extended)).toEqual([]);
    expect(new Set(uses.flatMap(({ request }) => request.action.match(/^(ssm|kms):.*/g) ?? []))).toEqual(
      new Set([
        'ssm:AddTagsToResource',
        'ssm:DeleteParameters',
        'ssm:DescribeParameters',
        'ssm:GetParameter',
        'ssm:PutParameter',
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKey',
      ]),
    );
  });

  test('are out of reach where they are not', async () => {
    const denied = await deniedAmong(
      (await usesOf('with parameters')).filter(({ request }) => request.action.startsWith('ssm:')),
      deployed,
    );
    expect(denied.length).toBeGreaterThan(10);
    const text = JSON.stringify(functionNames.map((name) => permissionsOf(name, deployed)));
    expect(text).not.toContain('ssm');
  });
});

describe.each(contexts)('nothing else is allowed, %s', (_, context) => {
  test('every allowed action is used by some path', async () => {
    const used = new Set((await allUses(context)).map(({ by, request }) => `${by} ${request.action}`));
    const allowed = functionsOf(context).flatMap((name) =>
      permissionsOf(name, context).flatMap(({ actions }) => actions.map((action) => `${name} ${action}`)),
    );
    expect(allowed.filter((entry) => !used.has(entry))).toEqual([]);
    expect(allowed.every((entry) => !entry.includes('*'))).toBe(true);
  });

  test('without any one statement some path is denied', async () => {
    const uses = await allUses(context);
    const needless: string[] = [];
    for (const name of functionsOf(context)) {
      for (const { sid, actions } of permissionsOf(name, context)) {
        const requests = uses.filter(({ by, request }) => by === name && actions.includes(request.action));
        if (!(await isMissed(name, sid, requests, context))) needless.push(`${name} ${sid}`);
      }
    }
    expect(needless).toEqual([]);
  });
});

async function isMissed(
  name: FunctionName,
  without: string,
  uses: readonly RoleUse[],
  context: PermissionContext,
): Promise<boolean> {
  const policy = permissionsOf(name, context).filter(({ sid }) => sid !== without);
  for (const { request } of uses) {
    if (!(await simulators.get(context)!.decide(name, request, { policy })).isAllowed) return true;
  }
  return false;
}

describe('the documents', () => {
  const many = {
    ...extended,
    assumePolicyArns: Array.from(
      { length: 55 },
      (_, index) => `arn:aws:iam::${deployed.accountId}:policy/AssumeSomeQuiteLongRoleName${index}Policy`,
    ),
  };

  const plumbing = {
    keyArn: deployed.kmsKeyArn!,
    failures: { scan: deployed.rotateQueueArn, reconcile: deployed.rotateQueueArn },
    isInVpc: true,
  };

  test('fit with 55 roles, with what a VPC and dead letters add', () => {
    for (const name of functionNames) {
      expect(JSON.stringify(toDocument(permissionsOf(name, many))).length).toBeLessThan(
        maxInlineCharacters - 800,
      );
    }
    for (const context of [
      deployed,
      extended,
      many,
      { ...many, assumePolicyArns: many.assumePolicyArns.slice(0, 4) },
      {
        ...many,
        ssmBasePaths: ['/system_user', '/mail/newsletters', '/ci'],
        keyStoreKmsKeyArns: ['1', '2'].map((digit) => ownKeyArn.replace('0a0b0c0d', digit.repeat(8))),
      },
    ]) {
      for (const name of functionNames)
        expect(
          JSON.stringify(toDocument(withPlumbing(functionBoundary(context, name), name, plumbing))).length,
        ).toBeLessThanOrEqual(maxManagedCharacters);
    }
  });

  test('have distinct sids, and a reason for every statement', () => {
    for (const statements of [
      ...functionNames.map((name) => functionBoundary(extended, name)),
      ...functionNames.map((name) => permissionsOf(name, extended)),
    ]) {
      expect(new Set(statements.map(({ sid }) => sid)).size).toBe(statements.length);
      for (const { sid, reason } of statements) {
        expect(sid).toMatch(/^[A-Za-z0-9]+$/);
        expect(reason.length).toBeGreaterThan(10);
      }
    }
  });

  test('say nothing of KMS and of attaching where there is no key and no policy', () => {
    const bare = { ...deployed, kmsKeyArn: null, assumePolicyArns: [] };
    const text = JSON.stringify([
      ...functionNames.map((name) => permissionsOf(name, bare)),
      ...functionNames.map((name) => functionBoundary(bare, name)),
    ]);
    expect(text).not.toContain('kms:');
    expect(permissionsOf('onboard', bare).flatMap(({ actions }) => actions)).not.toContain(
      'iam:AttachUserPolicy',
    );
  });

  test('rely only on condition keys that AWS has for the action', async () => {
    const statements = [
      ...functionNames.flatMap((name) => permissionsOf(name, extended)),
      ...functionNames.flatMap((name) => functionBoundary(extended, name)),
    ];
    const unknown: string[] = [];
    for (const statement of statements.filter(({ conditions }) => conditions)) {
      for (const request of sampleRequests(statement)) {
        const { unknownKeys } = await simulators.get(extended)!.decide('rotate', request);
        unknown.push(...unknownKeys.map((key) => `${statement.sid}: ${key} of ${request.action}`));
      }
    }
    expect(unknown).toEqual([]);
  });
});

/** A request for each action that has all of the statement's condition keys; KMS is unknown to the simulator's data. */
function sampleRequests({ actions, conditions = {} }: PermissionStatement): AccessRequest[] {
  const keys = Object.values(conditions).flatMap((operands) => Object.keys(operands));
  const context = Object.fromEntries(keys.map((key) => [key, 'x']));
  const user = `arn:aws:iam::${deployed.accountId}:user/lifecycle/ci-deploy`;
  const parameter = `arn:aws:ssm:${deployed.region}:${deployed.accountId}:parameter/system_user/x/credentials`;
  const secret = `arn:aws:secretsmanager:${deployed.region}:${deployed.accountId}:secret:iam-lifecycle/x-AbCdEf`;
  const resources: Readonly<Record<string, string>> = {
    iam: user,
    ssm: parameter,
    events: deployed.eventBusArn,
    cloudtrail: '*',
    dynamodb: deployed.answerTableArn,
    's3:ListBucket': deployed.evidenceBucketArn,
    's3:PutObject': `${deployed.evidenceBucketArn}/users/x`,
  };
  const resourceOf = (action: string) => resources[action.split(':')[0]!] ?? resources[action] ?? secret;
  return actions
    .filter((action) => !action.startsWith('kms:') && !action.includes('*'))
    .map((action) => ({ action, resource: resourceOf(action), context }));
}
