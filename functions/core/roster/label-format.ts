import { InvalidValue } from '../invalid-value.js';
import { first, length, normal } from './label-text.js';

const sequence =
  /%(?<flags>[ 0#+-]*)(?<width>[1-9][0-9]*)?(?:\.(?<precision>[0-9]*))?(?:\[(?<index>[1-9][0-9]*)\])?(?<verb>.|$)/gsu;

interface Sequence {
  readonly flags: string;
  readonly width: number;
  /** undefined: none given. */
  readonly precision: number | undefined;
}

/**
 * Terraform's format() for texts, with its verbs %s, %v, %q, %t, %d, %b, %o, %x and %X, their flags, width, precision and
 * [index]. Throws InvalidValue for any other verb, for one that does not suit its label, and where labels are too few or
 * too many.
 */
export function formatLabels(format: string, labels: readonly string[], field: string): string {
  const refuse = (rule: string): never => {
    throw new InvalidValue(field, format, rule);
  };
  let next = 0;
  let highest = 0;
  const text = format.replace(sequence, (whole: string, ...found: unknown[]) => {
    const groups = found.at(-1) as Record<string, string | undefined>;
    const { flags = '', width, precision, index, verb = '' } = groups;
    if (verb === '%') return whole === '%%' ? '%' : refuse('a format in which %% stands for a percent sign');
    next = index === undefined ? next + 1 : Number(index);
    highest = Math.max(highest, next);
    const label =
      labels[next - 1] ?? refuse(`a format for ${labels.length} labels: ${whole} asks for number ${next}`);
    const how = {
      flags,
      width: Number(width ?? 0),
      precision: precision === undefined ? undefined : Number(precision),
    };
    return (
      write(verb, how, label) ?? refuse(`a format whose ${whole} suits the label ${JSON.stringify(label)}`)
    );
  });
  if (highest < labels.length) refuse(`a format that uses all of its ${labels.length} labels`);
  return normal(text);
}

/** undefined: the verb is unknown or does not suit the label. */
function write(verb: string, how: Sequence, label: string): string | undefined {
  switch (verb) {
    case 'v':
      return pad(how.flags.includes('#') ? quoted(label) : label, how);
    case 's':
      return pad(cut(label, how), how);
    case 'q':
      return pad(quoted(cut(label, how)), how);
    case 't':
      return { true: 'true', '1': 'true', false: 'false', '0': 'false' }[label];
    case 'd':
      return integer(label, 10, how);
    case 'b':
      return integer(label, 2, how);
    case 'o':
      return integer(label, 8, how);
    case 'x':
      return integer(label, 16, how);
    case 'X':
      return integer(label, 16, how)?.toUpperCase();
    default:
      return undefined;
  }
}

/** A precision of 0 cuts nothing. */
function cut(text: string, { precision = 0 }: Sequence): string {
  return precision === 0 ? text : first(text, precision);
}

function pad(text: string, { flags, width }: Sequence): string {
  const padding = (flags.includes('0') ? '0' : ' ').repeat(Math.max(0, width - length(text)));
  return flags.includes('-') ? text + padding : padding + text;
}

/** As JSON, of which Terraform also escapes what has a meaning in HTML. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0', 16: '0x' };

function integer(text: string, radix: number, { flags, width, precision }: Sequence): string | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const negative = text.startsWith('-') && BigInt(text) !== 0n;
  const plain = BigInt(text.replace('-', ''))
    .toString(radix)
    .padStart(precision ?? 0, '0');
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const sign = (negative ? '-' : plus) + (flags.includes('#') ? (prefixes[radix] ?? '') : '');
  const zeros = flags.includes('0') && !flags.includes('-') && precision === undefined;
  const digits = zeros ? plain.padStart(width - sign.length, '0') : plain;
  return pad(sign + digits, { flags: flags.replaceAll('0', ''), width, precision });
}
