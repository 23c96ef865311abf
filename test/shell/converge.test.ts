import { describe, expect, test } from '@jest/globals';
import type { Plan, Step } from '../../functions/core/steps.js';
import { converge } from '../../functions/shell/converge.js';
import { alice } from '../support/account.js';
import { recordingJournal } from '../support/journal.js';

interface Phase {
  readonly phase: string;
  readonly reason?: string;
}
const attach = (policyArn: string): Step => ({ step: 'AttachPolicy', user: alice, policyArn });

/** A world that is a list of policies still to attach; its plan names all of them. */
function world(missing: readonly string[], fails: (policyArn: string) => Error | null = () => null) {
  const journal = recordingJournal();
  const applied: string[] = [];
  const planned: [readonly string[], number][] = [];
  let now = 0;
  const run = () =>
    converge<readonly string[], Phase>({
      functionName: 'test',
      userName: 'alice',
      seen: missing,
      plan: (seen, instant): Plan<Phase> => {
        planned.push([seen, instant]);
        return {
          at: { phase: seen.length === 0 ? 'Done' : 'Busy' },
          steps: seen.map(attach),
          why: 'the test says so',
        };
      },
      apply: async (step) => {
        if (step.step !== 'AttachPolicy') throw new Error('another step');
        const failure = fails(step.policyArn);
        if (failure) throw failure;
        applied.push(step.policyArn);
        now += 10;
        return { step: step.step };
      },
      advance: (seen) => seen.slice(1),
      now: () => now,
      journal,
    });
  return { run, journal, applied, planned };
}

describe('the loop', () => {
  test('takes one step and plans again, at the instant of then, until nothing is left to do', async () => {
    const { run, journal, applied, planned } = world(['a', 'b']);
    expect(await run()).toEqual({
      at: { phase: 'Done' },
      why: 'the test says so',
      seen: [],
      steps: [attach('a'), attach('b')],
    });
    expect(applied).toEqual(['a', 'b']);
    expect(planned).toEqual([
      [['a', 'b'], 0],
      [['b'], 10],
      [[], 20],
    ]);
    expect(journal.lines).toEqual([
      'done Busy AttachPolicy',
      'done Busy AttachPolicy',
      'outcome alice Done after 2',
    ]);
  });

  test('writes nothing where nothing is to be done', async () => {
    const { run, journal, applied } = world([]);
    expect(await run()).toMatchObject({ at: { phase: 'Done' }, steps: [] });
    expect([applied, journal.lines]).toEqual([[], ['outcome alice Done after 0']]);
  });

  test('stops at the first failure, which is written down and escapes', async () => {
    const failure = new Error('throttled');
    const { run, journal, applied } = world(['a', 'b', 'c'], (policyArn) =>
      policyArn === 'b' ? failure : null,
    );
    await expect(run()).rejects.toBe(failure);
    expect(applied).toEqual(['a']);
    expect(journal.lines).toEqual(['done Busy AttachPolicy', 'failed Busy AttachPolicy: Error: throttled']);
  });

  test('calls for a person where the phase has a reason', async () => {
    const journal = recordingJournal();
    await converge<null, Phase>({
      functionName: 'test',
      userName: 'alice',
      seen: null,
      plan: () => ({ at: { phase: 'Blocked', reason: 'two strangers' }, steps: [], why: 'two strangers' }),
      apply: async () => {
        throw new Error('there is nothing to apply');
      },
      advance: () => null,
      now: () => 0,
      journal,
    });
    expect(journal.lines).toEqual([
      'outcome alice Blocked after 0',
      'attention Blocked alice: two strangers',
    ]);
  });

  test('a plan that never rests is ended after 200 steps', async () => {
    const { run, applied } = world(Array.from({ length: 1000 }, (_, index) => `p${index}`));
    await expect(run()).rejects.toThrow('alice did not come to rest after 200 steps');
    expect(applied).toHaveLength(200);
  });
});
