/** Classes of RE2, all of them ASCII alone (github.com/google/re2/wiki/Syntax), written for JavaScript's v flag. */
const digit = '0-9';
const space = '\\t\\n\\f\\r\\u{20}';
const word = '0-9A-Za-z_';
/** \d and the like, as classes of JavaScript. */
export const perlClasses: Readonly<Record<string, string>> = {
  d: `[${digit}]`,
  s: `[${space}]`,
  w: `[${word}]`,
  D: `[^${digit}]`,
  S: `[^${space}]`,
  W: `[^${word}]`,
};
/** The members of [:alpha:] and the like. */
export const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\u{0}-\\u{7F}',
  blank: '\\t\\u{20}',
  cntrl: '\\u{0}-\\u{1F}\\u{7F}',
  digit,
  graph: '\\u{21}-\\u{7E}',
  lower: 'a-z',
  print: '\\u{20}-\\u{7E}',
  punct: '\\u{21}-\\u{2F}\\u{3A}-\\u{40}\\u{5B}-\\u{60}\\u{7B}-\\u{7E}',
  space: '\\t\\n\\v\\f\\r\\u{20}',
  upper: 'A-Z',
  word,
  xdigit: '0-9A-Fa-f',
};
/** The control characters that have an escape of one letter. */
export const controls: Readonly<Record<string, string>> = {
  a: '\u0007',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
