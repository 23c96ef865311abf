/**
 * Text as Terraform sees it: in Unicode's normal form C, counted and cut in characters as a reader sees them (grapheme
 * clusters), its case changed one code point at a time. Source: Terraform's string functions and the go-cty library.
 */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function characters(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export function length(text: string): number {
  return characters(text).length;
}

/** The first characters of a text; a negative count stands for all of them, as in Terraform's substr(). */
export function first(text: string, count: number): string {
  return count < 0 ? text : characters(text).slice(0, count).join('');
}

export function normal(text: string): string {
  return text.normalize('NFC');
}

/** Terraform's compact(distinct()): each text once, in the order of its first place; neither null nor ''. */
export function compactDistinct(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts)].filter((text): text is string => text !== null && text !== '');
}

/** Keys in the order of a Terraform map: by code point. */
export function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at === -1) return a.length - b.length;
  return a[at]!.codePointAt(0)! - (b[at]?.codePointAt(0) ?? -1);
}

export function lower(text: string): string {
  return normal(Array.from(text, lowerOf).join(''));
}

export function upper(text: string): string {
  return normal(Array.from(text, upperOf).join(''));
}

/** Makes the first letter of each word a capital, and leaves all others as they are. */
export function title(text: string): string {
  let before = ' ';
  return normal(
    Array.from(text, (character) => {
      const starts = separates(before);
      before = character;
      return starts ? titleOf(character) : character;
    }).join(''),
  );
}

/** In ASCII everything but letters, digits and _ ends a word; beyond ASCII only a space does. */
function separates(character: string): boolean {
  return character <= '\u007F' ? /\W/.test(character) : /\p{White_Space}/u.test(character);
}

/** JavaScript's case mapping may turn one code point into several (as ß into SS); Terraform's never does. */
function lowerOf(character: string): string {
  return character === 'İ' ? 'i' : character.toLowerCase();
}

function upperOf(character: string): string {
  const mapped = character.toUpperCase();
  if (isOne(mapped)) return mapped;
  // Greek letters with an iota below have a capital of their own, 8 or 9 code points on.
  const code = character.codePointAt(0)!;
  const capitals = [8, 9].map((distance) => String.fromCodePoint(code + distance));
  return capitals.find((capital) => capital.toLowerCase() === character) ?? character;
}

/** Capital at the start of a word: differs from the capital in four digraphs and in Georgian. */
function titleOf(character: string): string {
  if (/[\u10D0-\u10FA\u10FD-\u10FF]/.test(character)) return character;
  const digraph = [
    '\u01C4\u01C5\u01C6',
    '\u01C7\u01C8\u01C9',
    '\u01CA\u01CB\u01CC',
    '\u01F1\u01F2\u01F3',
  ].find((forms) => forms.includes(character));
  return digraph?.[1] ?? upperOf(character);
}

function isOne(text: string): boolean {
  return Array.from(text).length === 1;
}
