import { inspect } from 'node:util';

const shown = '[secret]';

/** A secret text that shows itself to nobody but the one call that reveals it. */
export class Redacted {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** For the request that carries it, and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
