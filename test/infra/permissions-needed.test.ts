import { describe, expect, test } from '@jest/globals';
import {
  type FunctionName,
  type PermissionStatement,
  functionBoundary,
  functionNames,
  maxInlineCharacters,
  maxManagedCharacters,
  permissionsOf,
  toDocument,
} from '../../infra/permissions.js';
import { type ScenarioName, scenarios } from '../../local/sim/scenarios.js';
import { type AccessRequest, PermissionSimulator } from '../support/iam-simulation.js';
import { deployed } from './context.js';
import { type Use, liveLongLife, liveScenario, platformUses } from './lives.js';

const simulator = new PermissionSimulator(deployed);
const scenarioNames = Object.keys(scenarios) as ScenarioName[];
const seeds = [1, 2, 3, 4, 5, 6];

type RoleUse = Pick<Use, 'by' | 'request'>;
const lives = new Map<string, Promise<readonly Use[]>>();

/** A life is lived once, whichever test asks for it. */
function usesOf(scenario: ScenarioName | 'long life', seed?: number): Promise<readonly Use[]> {
  const key = `${scenario} ${seed ?? ''}`;
  const uses =
    lives.get(key) ??
    (scenario === 'long life' ? liveLongLife(deployed) : liveScenario(deployed, scenario, seed));
  lives.set(key, uses);
  return uses;
}

async function deniedAmong(uses: readonly RoleUse[]): Promise<string[]> {
  const denied = new Set<string>();
  for (const { by, request } of uses) {
    const { isAllowed } = await simulator.decide(by, request);
    if (!isAllowed)
      denied.add(`${by}: ${request.action} on ${request.resource}, ${JSON.stringify(request.context)}`);
  }
  return [...denied];
}

async function allUses(): Promise<RoleUse[]> {
  const all: RoleUse[] = [...platformUses(deployed), ...(await usesOf('long life'))];
  for (const scenario of scenarioNames) {
    all.push(...(await usesOf(scenario)));
    for (const seed of seeds) all.push(...(await usesOf(scenario, seed)));
  }
  return all;
}

describe('what the functions do is allowed', () => {
  test('in a long life with everything that people and the API ask for', async () => {
    const uses = await usesOf('long life');
    expect(uses.length).toBeGreaterThan(500);
    expect(await deniedAmong(uses)).toEqual([]);
  });

  test.each(scenarioNames)('in the scenario %s, without and with faults', async (scenario) => {
    expect(await deniedAmong(await usesOf(scenario))).toEqual([]);
    for (const seed of seeds) expect(await deniedAmong(await usesOf(scenario, seed))).toEqual([]);
  });

  test('when Lambda writes logs and asks about queues with their roles', async () => {
    expect(await deniedAmong(platformUses(deployed))).toEqual([]);
  });
});

describe('nothing else is allowed', () => {
  test('every allowed action is used by some path', async () => {
    const used = new Set((await allUses()).map(({ by, request }) => `${by} ${request.action}`));
    const allowed = functionNames.flatMap((name) =>
      permissionsOf(name, deployed).flatMap(({ actions }) => actions.map((action) => `${name} ${action}`)),
    );
    expect(allowed.filter((entry) => !used.has(entry))).toEqual([]);
    expect(allowed.every((entry) => !entry.includes('*'))).toBe(true);
  });

  test('without any one statement some path is denied', async () => {
    const uses = await allUses();
    const needless: string[] = [];
    for (const name of functionNames) {
      for (const { sid, actions } of permissionsOf(name, deployed)) {
        const requests = uses.filter(({ by, request }) => by === name && actions.includes(request.action));
        if (!(await isMissed(name, sid, requests))) needless.push(`${name} ${sid}`);
      }
    }
    expect(needless).toEqual([]);
  });
});

async function isMissed(name: FunctionName, without: string, uses: readonly RoleUse[]): Promise<boolean> {
  const policy = permissionsOf(name, deployed).filter(({ sid }) => sid !== without);
  for (const { request } of uses) {
    if (!(await simulator.decide(name, request, { policy })).isAllowed) return true;
  }
  return false;
}

describe('the documents', () => {
  const many = {
    ...deployed,
    assumePolicyArns: Array.from(
      { length: 60 },
      (_, index) => `arn:aws:iam::${deployed.accountId}:policy/AssumeSomeQuiteLongRoleName${index}Policy`,
    ),
  };

  test('fit with 60 roles, and leave room for what a VPC and dead letters add', () => {
    for (const name of functionNames) {
      expect(JSON.stringify(toDocument(permissionsOf(name, many))).length).toBeLessThan(
        maxInlineCharacters - 1000,
      );
    }
    for (const context of [
      deployed,
      many,
      { ...many, assumePolicyArns: many.assumePolicyArns.slice(0, 10) },
    ]) {
      expect(JSON.stringify(toDocument(functionBoundary(context))).length).toBeLessThanOrEqual(
        maxManagedCharacters - 600,
      );
    }
  });

  test('have distinct sids, and a reason for every statement', () => {
    for (const statements of [
      functionBoundary(deployed),
      ...functionNames.map((name) => permissionsOf(name, deployed)),
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
      functionBoundary(bare),
    ]);
    expect(text).not.toContain('kms:');
    expect(permissionsOf('onboard', bare).flatMap(({ actions }) => actions)).not.toContain(
      'iam:AttachUserPolicy',
    );
  });

  test('rely only on condition keys that AWS has for the action', async () => {
    const statements = [
      ...functionNames.flatMap((name) => permissionsOf(name, deployed)),
      ...functionBoundary(deployed),
    ];
    const unknown: string[] = [];
    for (const statement of statements.filter(({ conditions }) => conditions)) {
      for (const request of sampleRequests(statement)) {
        const { unknownKeys } = await simulator.decide('rotate', request);
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
  const secret = `arn:aws:secretsmanager:${deployed.region}:${deployed.accountId}:secret:iam-lifecycle/x-AbCdEf`;
  return actions
    .filter((action) => !action.startsWith('kms:') && !action.includes('*'))
    .map((action) => ({ action, resource: action.startsWith('iam:') ? user : secret, context }));
}
