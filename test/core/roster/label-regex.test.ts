import { describe, expect, test } from '@jest/globals';
import { InvalidValue } from '../../../functions/core/invalid-value.js';
import { remover } from '../../../functions/core/roster/label-regex.js';

const remove = (expression: string, text: string): string => remover(expression, 'regex_replace_chars')(text);

/** Each answer is that of replace(text, expression, "") in Terraform 1.11.4. */
describe('what an expression of RE2 removes', () => {
  test.each([
    ['a literal text, every time it occurs', '.', 'a.b.c', 'abc'],
    [
      'a class from which - . and _ are kept, a dash being no range after a range',
      '/[^a-z9-_.]/',
      'a-b_c.d e',
      'ab_c.de',
    ],
    ['a closing bracket at the start of a class', '/[]a]/', 'a]b', 'b'],
    ['a class of POSIX', '/[[:alpha:]]/', 'a1é', '1é'],
    ['what a class of POSIX has not', '/[[:^alpha:]]/', 'a1é', 'a'],
    ['letters in either case', '/(?i)[k]/', 'kKx\u212A', 'x'],
    ['\\s, without the no-break space and the vertical tab', '/\\s/', 'a b\tc\u00A0d\ve', 'abc\u00A0d\ve'],
    ['\\w, in ASCII alone', '/\\w/', 'aZ_9é', 'é'],
    ['a dot, any character but the line feed', '/./', 'a\r\n\u2028b', '\n'],
    ['a dot under (?s)', '/(?s)./', 'a\r\nb', ''],
    ['the start of a line under (?m), where only a line feed ends one', '/(?m)^a/', 'a\na\ra', '\n\ra'],
    ['the end of the text', '/b\\z|c$/', 'bcb\nc', 'bcb\n'],
    ['the greedy turned lazy', '/(?U)a.*b/', 'axbxb', 'xb'],
    ['a property', '/\\p{Lu}|\\PL/', 'aB1é', 'aé'],
    ['a script, negated', '/\\p{^Greek}/', 'aσb', 'σ'],
    ['a quoted part', '/\\Qa.+\\E/', 'a.+aab', 'aab'],
    ['characters by their number', '/\\x41|\\x{42}|\\103/', 'ABCD', 'D'],
    ['a named group', '/(?P<letter>a|b)c/', 'acbcc', 'c'],
    ['a brace that repeats nothing', '/a{,2}/', 'aa{,2}', 'a'],
    ['an astral character as one', '/^.{2}/', '👾👾👾', '👾'],
    ['nothing, where it is empty', '//', 'a/b', 'a/b'],
  ])('%s', (_, expression, text, rest) => {
    expect(remove(expression, text)).toBe(rest);
  });
});

describe('what RE2 has not is refused', () => {
  test.each([
    ['/(?=a)/', 'with a group that RE2 does not know'],
    ['/(?<!a)/', 'with a group that RE2 does not know'],
    ['/(a)\\1/', 'with the unknown escape \\1'],
    ['/\\Z/', 'with the unknown escape \\Z'],
    ['/a**/', 'with nothing for * to repeat'],
    ['/+/', 'with nothing for + to repeat'],
    ['/a{1001}/', 'with {1001}, more than 1000 times'],
    ['/a{2,1}/', 'with {2,1}, more than 1000 times or the wrong way round'],
    ['/[b-a]/', 'with the range b-a the wrong way round'],
    ['/[a/', 'without a "]"'],
    ['/(a/', 'without a ")"'],
    ['/a)/', 'with a ")" too many'],
    ['/\\p{Nope}/', 'with the unknown property Nope'],
    ['/[[:nope:]]/', 'with the unknown class [:nope:]'],
    ['/a\\/', 'with a backslash at its end'],
  ])('%s', (expression, what) => {
    expect(() => remove(expression, 'a')).toThrow(InvalidValue);
    expect(() => remove(expression, 'a')).toThrow(
      `regex_replace_chars is ${JSON.stringify(expression)}: it must be a regular expression of RE2; this is one ${what}`,
    );
  });

  test('and (?i) on a part, which JavaScript cannot say', () => {
    expect(() => remove('/a(?i)b/', 'a')).toThrow(
      'must be an expression with (?i) at its start or not at all',
    );
  });
});
