import { expect, test } from '@jest/globals';
import { PageProgress } from '../../cli/page-progress.js';

function progressOn(isTerminal: boolean) {
  const written: string[] = [];
  const time = { now: 0 };
  const output = { isTerminal, write: (text: string) => void written.push(text) };
  return { progress: new PageProgress(output, 'CloudTrail', () => time.now), written, time };
}

test('a terminal sees one line, drawn anew with each page, and wiped off at the end', () => {
  const { progress, written } = progressOn(true);
  progress.page(1);
  progress.page(50);
  progress.end();
  expect(written).toEqual([
    '\r\u001B[KCloudTrail: 1 event, page 1',
    '\r\u001B[KCloudTrail: 51 events, page 2',
    '\r\u001B[K',
  ]);
});

test('elsewhere there is a line every five seconds', () => {
  const { progress, written, time } = progressOn(false);
  for (const [now, events] of [
    [0, 50],
    [4999, 50],
    [5000, 23],
    [9999, 50],
    [10_000, 50],
  ] as const) {
    time.now = now;
    progress.page(events);
  }
  progress.end();
  expect(written).toEqual(['CloudTrail: 123 events, page 3\n', 'CloudTrail: 223 events, page 5\n']);
});
