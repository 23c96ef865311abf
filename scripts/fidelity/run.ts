import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { MotoAccounts, simulatedAccount } from './accounts.js';
import type { Call, Drawn } from './call.js';
import { type Difference, type Verdict, compareSequence } from './compare.js';
import type { Gap } from './gap.js';
import * as ofIam from './iam-calls.js';
import * as others from './other-calls.js';

/** What a sequence is about; the users are in all of those of IAM. */
const subjects: readonly (readonly Drawn[])[] = [
  [...ofIam.users, ...ofIam.tags],
  [...ofIam.users, ...ofIam.keys],
  [...ofIam.users, ...ofIam.policies],
  ofIam.versions,
  [...ofIam.users, ...ofIam.inlinePolicies],
  [...ofIam.users, ...ofIam.groups],
  [...ofIam.users, ...ofIam.logins],
  [...ofIam.users, ...ofIam.mfaDevices],
  [...ofIam.users, ...ofIam.sshKeys],
  [...ofIam.users, ...ofIam.otherCredentials],
  [...ofIam.users, ...ofIam.overviews],
  [...ofIam.users, ...ofIam.keys, ...ofIam.groups, ...ofIam.logins, ...ofIam.mfaDevices],
  others.secrets,
  others.secretLives,
  others.parameters,
  others.leases,
];
const length = { minLength: 10, maxLength: 30, size: 'max' } as const;
const arbitraries = subjects.map((drawn) => fc.array(fc.oneof(...drawn), length));

function arbitraryOf(seed: number): fc.Arbitrary<Call[]> {
  return arbitraries[seed % arbitraries.length]!;
}

export function sequenceOf(seed: number): readonly Call[] {
  return fc.sample(arbitraryOf(seed), { seed, numRuns: 1 })[0]!;
}

export interface Failure {
  readonly seed: number;
  readonly calls: readonly Call[];
  readonly difference: Difference;
}

export interface Fidelity {
  readonly sequences: number;
  readonly calls: number;
  /** How often each gap was met. */
  readonly gaps: ReadonlyMap<Gap, number>;
  readonly failures: readonly Failure[];
}

export interface Wanted {
  readonly url: string;
  readonly gaps: readonly Gap[];
  readonly from: number;
  readonly sequences: number;
  /** The run ends after so many failures. */
  readonly most?: number;
  /** Sequences at once, each in accounts of its own; moto serves one request at a time. */
  readonly workers?: number;
  progress?(done: number): void;
}

/** moto keeps all that it was told: after so many sequences it is emptied. */
const perBatch = 200;

export async function compareSequences(wanted: Wanted): Promise<Fidelity> {
  const { url, from, sequences, most = 5, workers = 3 } = wanted;
  const lab = new Lab(url, wanted.gaps);
  const counts = new Map<Gap, number>(wanted.gaps.map((gap) => [gap, 0]));
  const failures: Failure[] = [];
  let [calls, done] = [0, 0];
  for (let begin = from; begin < from + sequences && failures.length < most; begin += perBatch) {
    const limit = pLimit(workers);
    const seeds = Array.from({ length: Math.min(perBatch, from + sequences - begin) }, (_, i) => begin + i);
    await limit.map(seeds, async (seed) => {
      if (failures.length >= most) return;
      const sequence = sequenceOf(seed);
      const verdict = await lab.compare(sequence);
      calls += verdict.calls;
      for (const gap of verdict.usedGaps) counts.set(gap, (counts.get(gap) ?? 0) + 1);
      if (verdict.difference) failures.push({ seed, calls: sequence, difference: verdict.difference });
      done += 1;
      wanted.progress?.(done);
    });
    await lab.empty();
  }
  const shrunk: Failure[] = [];
  for (const failure of failures) shrunk.push(await lab.shrink(failure));
  return { sequences: done, calls, gaps: counts, failures: shrunk };
}

/** Pairs of fresh accounts, one simulated and one of moto. */
class Lab {
  private readonly moto: MotoAccounts;
  private accounts = 0;

  constructor(
    private readonly url: string,
    private readonly gaps: readonly Gap[],
  ) {
    this.moto = new MotoAccounts(url);
  }

  compare(calls: readonly Call[]): Promise<Verdict> {
    this.accounts += 1;
    const id = String(100_000_000_000 + this.accounts);
    const accounts = { ours: simulatedAccount(id, this.accounts), theirs: this.moto.account(id) };
    return compareSequence(calls, accounts, this.gaps);
  }

  async empty(): Promise<void> {
    const { ok } = await fetch(`${this.url}/moto-api/reset`, { method: 'POST' });
    if (!ok) throw new Error('moto was not reset');
  }

  /** Without every call that can be left out while some difference stays. */
  async shrink(failure: Failure): Promise<Failure> {
    let calls = failure.calls.slice(0, failure.difference.index + 1);
    let { difference } = failure;
    for (let index = calls.length - 2; index >= 0; index -= 1) {
      const fewer = calls.toSpliced(index, 1);
      const verdict = await this.compare(fewer);
      if (verdict.difference === null) continue;
      calls = fewer.slice(0, verdict.difference.index + 1);
      difference = verdict.difference;
      index = Math.min(index, calls.length - 1);
    }
    return { ...failure, calls, difference };
  }
}
