import { expect, test } from '@jest/globals';
import { Progress } from '../../cli/progress.js';

function watch(isTerminal: boolean) {
  const written: string[] = [];
  const time = { now: 0 };
  const output = { isTerminal, write: (text: string) => void written.push(text) };
  return { written, time, progress: new Progress(output, 100, () => time.now) };
}

test('without a terminal a line tells of it every five seconds, with the rate since the beginning', () => {
  const { written, time, progress } = watch(false);
  for (let change = 1; change <= 24; change += 1) {
    time.now = change * 500;
    progress.finished(change % 10 !== 0);
  }
  progress.end();
  expect(written).toEqual([
    '10 of 100 changes, 1 failed, 2.0 a second\n',
    '20 of 100 changes, 2 failed, 2.0 a second\n',
  ]);
});

test('on a terminal one line is drawn anew, lines that are told stay above it, and nothing is left of it', () => {
  const { written, time, progress } = watch(true);
  time.now = 1000;
  progress.finished(true);
  progress.tell('bob: a word');
  progress.end();
  expect(written).toEqual([
    '\r\u001B[K1 of 100 changes, 1.0 a second',
    '\r\u001B[Kbob: a word\n',
    '\r\u001B[K',
  ]);
});
