import { format, inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Redacted } from '../../functions/aws/redacted.js';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const redacted = new Redacted(secret);
const error = new Error('it failed', { cause: { key: redacted } });

describe('a secret does not show itself', () => {
  test.each(
    Object.entries<() => string>({
      'as a text': () => String(redacted),
      'in a template': () => `the key is ${redacted as unknown as string}`,
      'in a sum': () => 'the key is ' + redacted,
      'as JSON': () => JSON.stringify(redacted),
      'as JSON, deep inside': () => JSON.stringify({ a: [{ key: redacted }] }),
      'to inspect': () => inspect(redacted),
      'to inspect, deep inside and with everything hidden shown': () =>
        inspect({ a: { b: { c: redacted } } }, { depth: null, showHidden: true, getters: true }),
      'to console.log': () => format(redacted),
      'to console.log with a form': () => format('%s %o %O %j', redacted, redacted, redacted, redacted),
      'in a list': () => [redacted, redacted].join(' '),
      'in the cause of an error': () => inspect(error, { depth: null }),
      'in its own keys': () => JSON.stringify(Reflect.ownKeys(redacted)),
      'in a copy': () => JSON.stringify(Object.entries(Object.assign({}, redacted))),
    }),
  )('%s', (_, show) => {
    const shown = show();
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain('wJalr');
    expect(shown).not.toBe('');
  });

  test.each([
    String(redacted),
    inspect(redacted),
    format('%s', redacted),
    JSON.parse(JSON.stringify(redacted)),
  ])('it says that it is one: %s', (shown) => {
    expect(shown).toBe('[secret]');
  });

  test('but to the one call that reveals it', () => {
    expect(redacted.reveal()).toBe(secret);
  });
});
