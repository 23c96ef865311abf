import type { Call, Fault } from '../fake-aws/fake-aws.js';

/** Which faults were met where: "rotate PutSecretValue" is a call site, and with a fault behind it a mark. */
export type Marks = ReadonlyMap<string, number>;

const untroubled = 'none';

/** Counts one call, with what was done to it. */
export function mark(marks: Map<string, number>, call: Call, fault: Fault | undefined): void {
  const name = `${call.caller} ${call.operation} ${fault ?? untroubled}`;
  marks.set(name, (marks.get(name) ?? 0) + 1);
}

/** Adds the marks of one run to those of all. */
export function addMarks(all: Map<string, number>, marks: Marks): void {
  for (const [name, times] of marks) all.set(name, (all.get(name) ?? 0) + times);
}

/** A fault that met a call site less often than it should have. */
export interface Blank {
  readonly site: string;
  readonly fault: Fault;
  readonly times: number;
}

/** Every fault at every call site that was reached at all, where it hit less than so many times; the rarest first. */
export function blanksOf(marks: Marks, faults: readonly Fault[], atLeast: number): Blank[] {
  return sitesOf(marks)
    .flatMap((site) => faults.map((fault) => ({ site, fault, times: marks.get(`${site} ${fault}`) ?? 0 })))
    .filter(({ times }) => times < atLeast)
    .toSorted((one, other) => one.times - other.times || (one.site < other.site ? -1 : 1));
}

export function sitesOf(marks: Marks): string[] {
  return [...new Set(Array.from(marks.keys(), (name) => name.slice(0, name.lastIndexOf(' '))))].toSorted();
}
