interface Fact<T> {
  readonly from: number;
  readonly value: T | undefined;
}

/** A map of immutable values that remembers its past, so that a late reader sees the account as it was. */
export class History<T> {
  private readonly facts = new Map<string, Fact<T>[]>();
  private readonly sortedKeys: string[] = [];
  private present = 0;

  constructor(private readonly keepMs: number) {}

  /** How many values there are now. */
  get size(): number {
    return this.present;
  }

  /** The value now, or as it was at `asOf`. */
  get(key: string, asOf?: number): T | undefined {
    const facts = this.facts.get(key);
    if (facts === undefined) return undefined;
    if (asOf === undefined) return facts.at(-1)?.value;
    return facts.findLast((fact) => fact.from <= asOf)?.value;
  }

  /** `undefined` removes the value. */
  set(key: string, value: T | undefined, at: number): void {
    this.present += Number(value !== undefined) - Number(this.get(key) !== undefined);
    const facts = this.facts.get(key) ?? this.open(key);
    if (facts.at(-1)?.from === at) facts.pop();
    facts.push({ from: at, value });
    const oldestNeeded = at - this.keepMs;
    while ((facts[1]?.from ?? Infinity) <= oldestNeeded) facts.shift();
  }

  /** All values in the order of their keys. */
  values(asOf?: number): T[] {
    return this.sortedKeys.map((key) => this.get(key, asOf)).filter((value) => value !== undefined);
  }

  /** What there is now, without its past. */
  entries(): [string, T][] {
    return this.sortedKeys.flatMap((key): [string, T][] => {
      const value = this.get(key);
      return value === undefined ? [] : [[key, value]];
    });
  }

  /** Adds values that have always been so. */
  load(entries: readonly (readonly [string, T])[]): void {
    for (const [key, value] of entries) this.set(key, value, -Infinity);
  }

  private open(key: string): Fact<T>[] {
    const facts: Fact<T>[] = [];
    this.facts.set(key, facts);
    this.sortedKeys.splice(this.placeOf(key), 0, key);
    return facts;
  }

  private placeOf(key: string): number {
    let low = 0;
    let high = this.sortedKeys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sortedKeys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
