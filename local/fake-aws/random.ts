const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789abcdef';

/** The account's only source of chance: the same seed and the same calls give the same ids, secrets and order. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** How far the generator is: a seed that goes on from here. */
  get position(): number {
    return this.state;
  }

  /** Mulberry32: at least 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, at least 0, below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  base32(length: number): string {
    return this.text(BASE32, length);
  }

  base64(length: number): string {
    return this.text(BASE64, length);
  }

  lettersAndDigits(length: number): string {
    return this.text(LETTERS_AND_DIGITS, length);
  }

  uuid(): string {
    return [8, 4, 4, 4, 12].map((length) => this.text(HEX, length)).join('-');
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let index = result.length - 1; index > 0; index -= 1) {
      const other = this.below(index + 1);
      [result[index], result[other]] = [result[other]!, result[index]!];
    }
    return result;
  }

  private text(alphabet: string, length: number): string {
    let result = '';
    while (result.length < length) result += alphabet[this.below(alphabet.length)];
    return result;
  }
}
