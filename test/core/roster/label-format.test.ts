import { expect, test } from '@jest/globals';
import { InvalidValue } from '../../../functions/core/invalid-value.js';
import { formatLabels } from '../../../functions/core/roster/label-format.js';

/** Each answer is that of format() in Terraform 1.11.4. */
test.each<[string, readonly string[], string]>([
  ['%s-%v', ['a', 'b'], 'a-b'],
  ['%[2]s-%[1]s', ['a', 'b'], 'b-a'],
  ['%[2]s%[1]s%s', ['a', 'b'], 'bab'],
  ['100%%', [], '100%'],
  ['%q', ['a"<'], '"a\\"\\u003c"'],
  ['%#v', ['a&'], '"a\\u0026"'],
  ['[%4s|%-4s|%04s]', ['é', 'é', 'é'], '[   é|é   |000é]'],
  ['%.2s|%.s|%5.1s', ['abc', 'abc', 'abc'], 'ab|abc|    a'],
  ['%05d|%+d|% d|%-4d|', ['7', '7', '7', '-7'], '00007|+7| 7|-7  |'],
  ['%.3d|%6.3d|%06.3d', ['7', '7', '7'], '007|   007|   007'],
  ['%b %o %x %X %#x %#o', ['5', '8', '255', '255', '255', '8'], '101 10 ff FF 0xff 010'],
  ['%t %t', ['true', '0'], 'true false'],
])('%s of %j', (format, labels, text) => {
  expect(formatLabels(format, labels, 'format')).toBe(text);
});

test.each<[string, readonly string[], string]>([
  ['%s', [], 'a format for 0 labels: %s asks for number 1'],
  ['%s', ['a', 'b'], 'a format that uses all of its 2 labels'],
  ['none', ['a'], 'a format that uses all of its 1 labels'],
  ['%d', ['a'], 'a format whose %d suits the label "a"'],
  ['%t', ['yes'], 'a format whose %t suits the label "yes"'],
  ['%y', ['a'], 'a format whose %y suits the label "a"'],
  ['50%', ['a'], 'a format whose % suits the label "a"'],
  ['%5%', ['a'], 'a format in which %% stands for a percent sign'],
])('%s of %j is refused', (format, labels, rule) => {
  expect(() => formatLabels(format, labels, 'format')).toThrow(InvalidValue);
  expect(() => formatLabels(format, labels, 'format')).toThrow(rule);
});
