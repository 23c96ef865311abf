import { describe, expect, test } from '@jest/globals';
import { History } from '../../../local/fake-aws/history.js';

describe('a history', () => {
  test.each<[number | undefined, string[]]>([
    [99, []],
    [100, ['a1']],
    [200, ['a1', 'b1']],
    [300, ['a2', 'b1']],
    [400, ['a2']],
    [undefined, ['a2', 'c1']],
  ])('seen as of %s it holds %j', (asOf, expected) => {
    const history = new History<string>(1000);
    history.set('a', 'a1', 100);
    history.set('b', 'b1', 200);
    history.set('a', 'a2', 300);
    history.set('b', undefined, 400);
    history.set('c', 'c0', 500);
    history.set('c', 'c1', 500);
    expect(history.values(asOf)).toEqual(expected);
    expect(history.size).toBe(2);
  });

  test('forgets what is older than it keeps, but never the present', () => {
    const history = new History<string>(1000);
    history.set('a', 'a1', 0);
    history.set('a', 'a2', 100);
    history.set('a', 'a3', 1100);
    expect([history.get('a', 99), history.get('a', 100), history.get('a', 1100)]).toEqual([
      undefined,
      'a2',
      'a3',
    ]);
    expect(history.get('a', 1_000_000)).toBe('a3');
  });
});
