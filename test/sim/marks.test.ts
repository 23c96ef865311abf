import { expect, test } from '@jest/globals';
import type { Call } from '../../local/fake-aws/fake-aws.js';
import { addMarks, blanksOf, mark, sitesOf } from '../../local/sim/marks.js';

const call = (caller: string, operation: string) => ({ caller, operation }) as Call;

test('what hit a call site too rarely is named, the rarest first', () => {
  const first = new Map<string, number>();
  mark(first, call('rotate', 'GetUser'), 'fail');
  mark(first, call('rotate', 'GetUser'), undefined);
  mark(first, call('scan', 'ListSecrets'), 'fail');
  const all = new Map<string, number>();
  addMarks(all, first);
  addMarks(all, first);
  mark(all, call('scan', 'ListSecrets'), 'throttle');
  expect(sitesOf(all)).toEqual(['rotate GetUser', 'scan ListSecrets']);
  expect(blanksOf(all, ['fail', 'throttle'], 2)).toEqual([
    { site: 'rotate GetUser', fault: 'throttle', times: 0 },
    { site: 'scan ListSecrets', fault: 'throttle', times: 1 },
  ]);
  expect(blanksOf(all, ['fail'], 2)).toEqual([]);
});
