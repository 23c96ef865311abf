import { InvalidValue } from '../invalid-value.js';
import { controls, perlClasses, posixClasses } from './label-regex-classes.js';
import { normal } from './label-text.js';

/** Takes out of a text everything that an expression matches. */
export type Remove = (text: string) => string;

/**
 * Terraform's replace(text, expression, ''): between slashes a regular expression of RE2 (github.com/google/re2/wiki/Syntax),
 * without them a literal text. Throws InvalidValue where RE2 would refuse it, and for (?i) on a part of an expression only.
 */
export function remover(expression: string, field: string): Remove {
  const literal = normal(expression);
  if (!/^\/.*\/$/s.test(literal)) return (text) => normal(text.replaceAll(literal, ''));
  const regex = new Re2Reader(literal.slice(1, -1), (rule) => {
    throw new InvalidValue(field, expression, rule);
  }).read();
  return (text) => normal(text.replace(regex, ''));
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const mostRepetitions = 1000;

/** Reads an expression of RE2 from left to right and writes it as one of JavaScript's with the v flag. */
class Re2Reader {
  #at = 0;
  readonly #text: string;
  readonly #refuse: (rule: string) => never;
  /** With and without (?i): which of the two the parts of the expression were read under. */
  readonly #insensitive = new Set<boolean>();

  constructor(text: string, refuse: (rule: string) => never) {
    this.#text = text;
    this.#refuse = refuse;
  }

  read(): RegExp {
    const source = this.#group({ i: false, m: false, s: false, U: false }, true);
    if (this.#insensitive.size > 1) {
      this.#refuse('an expression with (?i) at its start or not at all');
    }
    return new RegExp(source, this.#insensitive.has(true) ? 'giv' : 'gv');
  }

  /** Everything up to the end of the group, its closing parenthesis included. */
  #group(outer: Flags, outermost: boolean): string {
    let flags = outer;
    let source = '';
    let repeatable = false;
    for (;;) {
      if (this.#at >= this.#text.length) return outermost ? source : this.#fail('without a ")"');
      if (this.#take(')')) return outermost ? this.#fail('with a ")" too many') : source;
      if (this.#take('|')) {
        source += '|';
        repeatable = false;
        continue;
      }
      const quantifier = this.#quantifier(flags);
      if (quantifier !== undefined) {
        source += repeatable ? quantifier : this.#fail(`with nothing for ${quantifier} to repeat`);
        repeatable = false;
        continue;
      }
      const changed = this.#flagsAlone(flags);
      if (changed !== undefined) {
        flags = changed;
        continue;
      }
      const piece = this.#piece(flags);
      source += piece;
      repeatable = piece !== '';
    }
  }

  #piece(flags: Flags): string {
    const character = this.#next();
    switch (character) {
      case '(':
        return `(?:${this.#group(this.#groupStart(flags), false)})`;
      case '[':
        return this.#class(flags);
      case '.':
        return flags.s ? '[\\u{0}-\\u{10FFFF}]' : '[^\\n]';
      case '^':
        return flags.m ? '(?:(?<![^\\n]))' : '(?:^)';
      case '$':
        return flags.m ? '(?:(?![^\\n]))' : '(?:$)';
      case '\\':
        return this.#escape(flags);
      default:
        return this.#literal(character, flags);
    }
  }

  #literal(character: string, flags: Flags): string {
    // What has no case reads the same under both.
    if (character.toLowerCase() !== character.toUpperCase()) this.#insensitive.add(flags.i);
    return hex(character);
  }

  #escape(flags: Flags): string {
    if (this.#take('A')) return '(?:^)';
    if (this.#take('z')) return '(?:$)';
    if (this.#take('b')) return '(?:\\b)';
    if (this.#take('B')) return '(?:\\B)';
    if (this.#take('Q')) {
      const end = this.#text.indexOf('\\E', this.#at);
      const quoted = this.#text.slice(this.#at, end === -1 ? undefined : end);
      this.#at = end === -1 ? this.#text.length : end + 2;
      return Array.from(quoted, (character) => this.#literal(character, flags)).join('');
    }
    return this.#set(flags) ?? this.#literal(this.#escaped(), flags);
  }

  /** \d and the like, \pL, \p{Greek}: what follows a backslash and stands for several characters. */
  #set(flags: Flags): string | undefined {
    const perl = perlClasses[this.#peek()];
    if (perl !== undefined) {
      this.#insensitive.add(flags.i);
      this.#next();
      return perl;
    }
    const property = this.#match(/([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))/y);
    if (property === undefined) return undefined;
    this.#insensitive.add(flags.i);
    const [, sign, caret = '', long, short = ''] = property;
    const negated = (sign === 'P') !== (caret === '^');
    return `\\${negated ? 'P' : 'p'}{${this.#property(long ?? short)}}`;
  }

  /** A general category by its short name, or a script by its long one. */
  #property(name: string): string {
    if (name === 'Any') return name;
    const property = name.length <= 2 ? `General_Category=${name}` : `Script=${name}`;
    // JavaScript alone knows these two categories.
    const known = name !== 'Cn' && name !== 'LC' && isProperty(property);
    return known ? property : this.#fail(`with the unknown property ${name}`);
  }

  /** The one character that an escape stands for. */
  #escaped(): string {
    const code = this.#match(/x\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})/y);
    if (code !== undefined) return this.#character(Number.parseInt(code[1] ?? code[2] ?? '', 16));
    const octal = this.#match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
    if (octal !== undefined) return this.#character(Number.parseInt(octal[0], 8));
    if (this.#at >= this.#text.length) this.#fail('with a backslash at its end');
    const character = this.#next();
    const control = controls[character];
    if (control !== undefined) return control;
    return /[\0-\u007F]/.test(character) && !/[0-9A-Za-z]/.test(character)
      ? character
      : this.#fail(`with the unknown escape \\${character}`);
  }

  #character(code: number): string {
    return code <= 0x10ffff ? String.fromCodePoint(code) : this.#fail('with a code point beyond Unicode');
  }

  /** What follows an opening bracket; a closing one at its very start stands for itself. */
  #class(flags: Flags): string {
    this.#insensitive.add(flags.i);
    const negated = this.#take('^');
    let source = '';
    for (let isFirst = true; isFirst || !this.#take(']'); isFirst = false) {
      if (this.#at >= this.#text.length) this.#fail('without a "]"');
      source += this.#posix() ?? this.#classSet(flags) ?? this.#range();
    }
    return `[${negated ? '^' : ''}${source}]`;
  }

  #posix(): string | undefined {
    const named = this.#match(/\[:(\^?)([^\]]*?):\]/y);
    if (named === undefined) return undefined;
    const [, caret = '', name = ''] = named;
    const members = posixClasses[name] ?? this.#fail(`with the unknown class [:${name}:]`);
    return `[${caret}${members}]`;
  }

  #classSet(flags: Flags): string | undefined {
    if (this.#peek() !== '\\') return undefined;
    this.#next();
    const set = this.#set(flags);
    if (set === undefined) this.#at -= 1;
    return set;
  }

  #range(): string {
    const low = this.#classCharacter();
    if (this.#match(/-(?!\])/y) === undefined) return hex(low);
    const high = this.#classCharacter();
    if (low.codePointAt(0)! > high.codePointAt(0)!)
      this.#fail(`with the range ${low}-${high} the wrong way round`);
    return `${hex(low)}-${hex(high)}`;
  }

  #classCharacter(): string {
    if (this.#at >= this.#text.length) this.#fail('without a "]"');
    return this.#take('\\') ? this.#escaped() : this.#next();
  }

  #quantifier(flags: Flags): string | undefined {
    const found = this.#match(/([*+?]|\{(0|[1-9]\d*)(?:,(0|[1-9]\d*)?)?\})(\??)/y);
    if (found === undefined) return undefined;
    const [, repeat = '', least = '0', most = least, lazy] = found;
    if (Number(least) > Number(most) || Number(most) > mostRepetitions) {
      this.#fail(`with ${repeat}, more than ${mostRepetitions} times or the wrong way round`);
    }
    return repeat + ((lazy === '?') === flags.U ? '' : '?');
  }

  /** (?i) and the like: flags for the rest of the group. */
  #flagsAlone(flags: Flags): Flags | undefined {
    const found = this.#match(/\(\?([imsU]*)(?:-([imsU]+))?\)/y);
    return found && withFlags(flags, found);
  }

  /** What may follow an opening parenthesis: a name, or flags for this group. */
  #groupStart(flags: Flags): Flags {
    if (this.#match(/\?P?<[A-Za-z0-9_]+>/y) !== undefined) return flags;
    const found = this.#match(/\?([imsU]*)(?:-([imsU]+))?:/y);
    if (found !== undefined) return withFlags(flags, found);
    return this.#peek() === '?'
      ? this.#fail('with a group that RE2 does not know, such as (?= or (?<!')
      : flags;
  }

  #fail(what: string): never {
    return this.#refuse(`a regular expression of RE2; this is one ${what}, at character ${this.#at + 1}`);
  }

  #peek(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #next(): string {
    const character = this.#peek();
    this.#at += character.length;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += character.length;
    return true;
  }

  /** Matches a sticky pattern at this place, and goes past it. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }
}

function withFlags(flags: Flags, [, on = '', off = '']: RegExpExecArray): Flags {
  const changes = [...Array.from(on, (flag) => [flag, true]), ...Array.from(off, (flag) => [flag, false])];
  return { ...flags, ...(Object.fromEntries(changes) as Partial<Flags>) };
}

function isProperty(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, 'v').flags === 'v';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function hex(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
