import { expect, test } from '@jest/globals';
import { minuteMs } from '../../functions/core/instants.js';
import type { Fault } from '../../local/fake-aws/fake-aws.js';
import { type Answer, dora, never, within } from './asking.js';

/** Of these the caller hears, and nothing was done. */
const refusals: readonly Fault[] = ['throttle', 'fail', 'timeout-unapplied'];
const doubts: readonly Fault[] = ['timeout-applied', 'crash-before', 'crash-after'];
/** More than any of the requests makes. */
const mostCalls = 20;

interface Life {
  /** The operation that the fault hit. */
  readonly hit: string;
  /** How many calls the request made, the one that the fault hit among them. */
  readonly calls: number;
  readonly answers: readonly (Answer | null)[];
  readonly replay: Answer;
  readonly asked: number;
  /** Of the user, who is there whatever was asked. */
  readonly roles: number | undefined;
}

/** A caller repeats its request with its key until it succeeds, while one call of the first try goes wrong. */
async function persist(
  method: string,
  path: string,
  body: object | undefined,
  index: number,
  fault: Fault,
): Promise<Life> {
  let life: Life | undefined;
  await within(async ({ account, ask, clock, interveneWith, waiting, withDora }) => {
    if (path !== '/users') await withDora();
    let calls = 0;
    let hit = '';
    interveneWith(({ operation }) => {
      if (calls++ !== index) return undefined;
      hit = operation;
      return fault;
    });
    const again = () => ask(method, path, { key: 'k', ...(body ? { body } : {}) });
    const answers = [await again()];
    const callsOfFirst = calls;
    interveneWith(never);
    while ((answers.at(-1)?.status ?? 500) >= 300 && answers.length < 5) {
      await clock.sleep(minuteMs);
      answers.push(await again());
    }
    const replay = await again();
    const roles = account.truth.user(dora.name)?.attached.length;
    life = { hit, calls: callsOfFirst, answers, replay: replay!, asked: waiting('rotate'), roles };
  });
  return life!;
}

const requests: [method: string, path: string, body: object | undefined][] = [
  ['POST', '/users', dora],
  ['POST', '/users/dora/rotate', undefined],
];

test.each(requests)(
  '%s %s: whichever call goes wrong, in whichever way, a caller that repeats it with its key succeeds and is then told the same',
  async (method, path, body) => {
    let tried = 0;
    for (const fault of [...refusals, ...doubts])
      for (let index = 0; index < mostCalls; index += 1) {
        const { hit, calls, answers, replay, asked, roles } = await persist(method, path, body, index, fault);
        if (calls <= index) break;
        tried += 1;
        const what = `${fault} of call ${index}`;
        const last = answers.at(-1)!;
        expect([what, last.status]).toEqual([what, 202]);
        // Where the answer cannot be kept it goes out, and the request counts as at work.
        const isKept = !refusals.includes(fault) || answers[0]?.status !== 202 || hit !== 'PutItem';
        const { status, headers, body: told } = replay;
        const again = isKept ? [202, 'true', last.body['userId']] : [409, undefined, undefined];
        expect([what, status, headers['idempotent-replayed'], told['userId']]).toEqual([what, ...again]);
        expect([what, roles]).toEqual([what, 1]);
        // A message that was sent though nobody heard so is sent again: it is a hint.
        const possible = refusals.includes(fault) ? [1] : [1, 2];
        expect([what, possible.includes(asked), asked]).toEqual([what, true, asked]);
      }
    // Every way of failing, at every one of at least four calls.
    expect(tried).toBeGreaterThanOrEqual(24);
  },
);
