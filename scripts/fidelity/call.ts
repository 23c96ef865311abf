import * as fc from 'fast-check';

export type ServiceName = 'iam' | 'secretsmanager' | 'ssm' | 'dynamodb';

/**
 * One call of a sequence, to be made at both accounts. A text `$kind:n` in its input stands for the n-th id of that kind that the
 * account has given out in this sequence (modulo their number), or for an id that nobody has.
 */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Calls of one subject, with a weight each: what makes things is drawn more often than what takes them away. */
export type Drawn = fc.WeightedArbitrary<Call>;

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** A field whose arbitrary gives undefined is left out. */
export function draws(service: ServiceName, operation: string, fields: Fields, weight = 2): Drawn {
  const input = fc.record(fields).map((drawn) => {
    const given = Object.entries(drawn).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given);
  });
  return { weight, arbitrary: input.map((given) => ({ service, operation, input: given })) };
}

/** One of these; the earlier ones more often: each is drawn twice as often as the next. */
export function mostly<T>(...values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    ...values.map((value, index) => ({
      weight: 2 ** (values.length - index),
      arbitrary: fc.constant(value),
    })),
  );
}

/** A good value nearly always, else one of the bad ones. */
export function seldom<T>(good: fc.Arbitrary<T>, ...bad: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
}

export function idOf(kind: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.nat(3).map((index) => `$${kind}:${index}`) },
    { weight: 1, arbitrary: fc.constant(`$${kind}:none`) },
  );
}
