import { describe, expect, test } from '@jest/globals';
import { disguisesOf, findSecrets } from '../../local/sim/canaries.js';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

/** Written by hand from the secret: `printf %s … | base64` and the like. */
describe('a secret is found', () => {
  test.each([
    ['raw', `key=${secret};`],
    ['JSON', 'wJalrXUtnFEMI\\/K7MDENG+bPxRfiCYEXAMPLEKEY'],
    ['URL', 'wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY'],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64', Buffer.from(`{"a":"${secret}"}`).toString('base64')],
    ['base64', Buffer.from(`ab${secret}xyz`).toString('base64')],
    ['base64', Buffer.from(`a${secret}`).toString('base64')],
    ['base64url', Buffer.from(`{"password":"${secret}"}`).toString('base64url')],
    ['hex', '774a616c725855746e46454d492f4b374d44454e472b62507852666943594558414d504c454b4559'],
    ['hex', '774A616C725855746E46454D492F4B374D44454E472B62507852666943594558414D504C454B4559'],
    ['reversed', 'YEKELPMAXEYCifRxPb+GNEDM7K/IMEFntUXrlaJw'],
    ['split', 'first wJalrXUtnFEMI/K7MDEN then other things'],
    ['split', 'G+bPxRfiCYEXAMPLEKEY'],
  ])('as %s: %s', (form, text) => {
    const [violation] = findSecrets([secret], ['something', text, 'else']);
    expect(violation?.rule).toBe('S4');
    expect(['raw', 'base64', 'base64url'].includes(form) || violation!.message.includes(`(${form})`)).toBe(
      true,
    );
    expect(violation?.message).not.toContain(secret.slice(0, 8));
  });
});

test('a text without it is left in peace', () => {
  expect(findSecrets([secret], ['wJalrXUtnFEMI', 'K7MDENG', secret.toLowerCase()])).toEqual([]);
});

test('each form is looked for once', () => {
  const plain = 'abcdefghijklmnopqrstuvwxyzabcd';
  const texts = disguisesOf(plain).map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  expect(disguisesOf(plain).find(({ text }) => text === plain)?.form).toBe('raw');
});
