import { describe, expect, test } from '@jest/globals';
import { type Account, simulatedAccount } from '../../scripts/fidelity/accounts.js';
import type { Call } from '../../scripts/fidelity/call.js';
import { compareSequence } from '../../scripts/fidelity/compare.js';
import type { Gap } from '../../scripts/fidelity/gap.js';
import { gaps } from '../../scripts/fidelity/gaps.js';
import { compareSequences, sequenceOf } from '../../scripts/fidelity/run.js';
import { describeWithMoto } from './moto-server.js';

const id = '123456789012';
const iam = (operation: string, input: Call['input']): Call => ({ service: 'iam', operation, input });
const twoUsers = [iam('CreateUser', { UserName: 'anna' }), iam('CreateUser', { UserName: 'ben' })];

/** Another simulated account, which answers one operation in its own way. */
function odd(operation: string, answer: (honest: object) => object): Account {
  const honest = simulatedAccount(id, 2);
  return {
    id,
    send: async (service, asked, input) => {
      const told = await honest.send(service, asked, input);
      return asked === operation ? answer(told) : told;
    },
  };
}

function compareWith(theirs: Account, calls: readonly Call[], known: readonly Gap[] = []) {
  return compareSequence(calls, { ours: simulatedAccount(id, 1), theirs }, known);
}

const listUsers = iam('ListUsers', {});
const forgetsBen = (answer: object) => ({
  ...answer,
  Users: (answer as { Users: { UserName: string }[] }).Users.filter(({ UserName }) => UserName !== 'ben'),
});

describe('two accounts', () => {
  test('that draw other ids agree on every call of drawn sequences', async () => {
    for (let seed = 0; seed < 48; seed += 1) {
      const calls = sequenceOf(seed);
      expect(await compareWith(simulatedAccount(id, 2), calls)).toEqual({
        calls: calls.length,
        usedGaps: [],
        difference: null,
      });
    }
  });

  test('are told apart by a user that one of them does not list', async () => {
    const { difference } = await compareWith(odd('ListUsers', forgetsBen), [...twoUsers, listUsers]);
    expect(difference).toMatchObject({ index: 2, call: { operation: 'ListUsers' } });
  });

  test('are told apart by an error that only one of them answers', async () => {
    const refuses = odd('ListUsers', () => {
      throw Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: {} });
    });
    const { difference } = await compareWith(refuses, [...twoUsers, listUsers]);
    expect(difference?.theirs).toEqual({ error: 'AccessDenied' });
  });

  test('speak of the same key under the names that each gave it', async () => {
    const calls = [
      iam('CreateUser', { UserName: 'anna' }),
      iam('CreateAccessKey', { UserName: 'anna' }),
      iam('DeleteAccessKey', { UserName: 'anna', AccessKeyId: '$key:0' }),
      iam('ListAccessKeys', { UserName: 'anna' }),
    ];
    const { difference } = await compareWith(simulatedAccount(id, 2), calls);
    expect(difference).toBeNull();
    const keepsKeys = odd('DeleteAccessKey', () => {
      throw Object.assign(new Error('no'), { name: 'NoSuchEntityException', $metadata: {} });
    });
    expect((await compareWith(keepsKeys, calls)).difference).toMatchObject({
      index: 2,
      ours: { answer: {} },
    });
  });
});

describe('a gap', () => {
  const why = { difference: 'ben is not listed', fault: 'moto', reason: 'a test' } as const;

  test('in a field explains that field, and no other', async () => {
    const gap: Gap = { ...why, operations: ['ListUsers'], fields: ['Users'] };
    const calls = [...twoUsers, listUsers, iam('GetUser', { UserName: 'ben' })];
    expect(await compareWith(odd('ListUsers', forgetsBen), calls, [gap])).toEqual({
      calls: 4,
      usedGaps: [gap],
      difference: null,
    });
    const other: Gap = { ...gap, fields: ['IsTruncated'] };
    const { difference } = await compareWith(odd('ListUsers', forgetsBen), calls, [other]);
    expect(difference?.index).toBe(2);
  });

  test('that leaves the accounts different ends the sequence', async () => {
    const refuses = odd('TagUser', () => {
      throw Object.assign(new Error('no'), { name: 'ServiceFailure', $metadata: {} });
    });
    const gap: Gap = { ...why, operations: ['TagUser'], theirs: ['ServiceFailure'] };
    const tag = iam('TagUser', { UserName: 'anna', Tags: [{ Key: 'team', Value: 'a' }] });
    const verdict = await compareWith(refuses, [...twoUsers, tag, listUsers], [gap]);
    expect(verdict).toEqual({ calls: 3, usedGaps: [gap], difference: null });
  });
});

await describeWithMoto('the simulated account and moto', (url) => {
  test('answer a drawn sequence of each subject alike, but for the gaps', async () => {
    const { sequences, failures } = await compareSequences({ url, gaps, from: 0, sequences: 16 });
    expect(failures).toEqual([]);
    expect(sequences).toBe(16);
  });

  test('differ without the gaps, and the sequence is cut to what it takes', async () => {
    const { failures } = await compareSequences({ url, gaps: [], from: 15, sequences: 1 });
    expect(failures.map(({ calls }) => calls.map(({ operation }) => operation))).toEqual([['CreateTable']]);
  });
});
