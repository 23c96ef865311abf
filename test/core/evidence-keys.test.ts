import { describe, expect, test } from '@jest/globals';
import {
  evidenceKeyOf,
  evidencePrefixOf,
  filedDepartures,
  foundFile,
  stepsFile,
} from '../../functions/core/evidence-keys.js';
import { parseUserName } from '../../functions/core/names.js';

const first = '2026-03-01T00:00:00.000Z';
const second = '2026-05-01T00:00:00.000Z';

describe('where evidence is filed', () => {
  test.each([
    ['ci-deploy', 'users/ci-deploy/'],
    ['CI-Deploy', 'users/ci-deploy/'],
    ['doe,jane+a=b@example.com', 'users/doe,jane+a=b@example.com/'],
    ['.', 'users/%2e/'],
    ['..', 'users/%2e%2e/'],
    ['...', 'users/.../'],
  ])('of %s below %s', (name, prefix) => {
    expect(evidencePrefixOf(parseUserName(name))).toBe(prefix);
  });

  test('each user of the name, and each departure of a user, has a folder of its own', () => {
    const folder = { userName: parseUserName('ann'), userId: 'AIDA1', departedAt: first };
    expect(evidenceKeyOf(folder, 'snapshot.json')).toBe(`users/ann/AIDA1/${first}/snapshot.json`);
  });

  test("a run's name may hold what a key may not", () => {
    expect(foundFile(first, 'cli/1 2')).toBe(`runs/${first}-cli-1-2-found.json`);
    expect(stepsFile(first, 'a/b')).toBe(`runs/${first}-a-b-steps.json`);
  });
});

describe('what is filed', () => {
  const old = `users/ann/AIDA1/${first}`;
  const young = `users/ann/AIDA2/${second}`;

  test('is told of by departure, the latest first, each with its files in order', () => {
    const keys = [
      `${old}/runs/2-b-found.json`,
      `${old}/runs/1-a-found.json`,
      `${old}/record.json`,
      `${old}/snapshot.json`,
      `${young}/runs/1-a-steps.json`,
      `${young}/snapshot.json`,
    ];
    expect(filedDepartures(keys)).toEqual([
      {
        userId: 'AIDA2',
        departedAt: second,
        snapshotKey: `${young}/snapshot.json`,
        recordKey: null,
        foundKeys: [],
        stepsKeys: [`${young}/runs/1-a-steps.json`],
      },
      {
        userId: 'AIDA1',
        departedAt: first,
        snapshotKey: `${old}/snapshot.json`,
        recordKey: `${old}/record.json`,
        foundKeys: [`${old}/runs/1-a-found.json`, `${old}/runs/2-b-found.json`],
        stepsKeys: [],
      },
    ]);
  });

  test('by others is no departure', () => {
    expect(filedDepartures(['users/ann/notes.txt', 'roster.yaml', ''])).toEqual([]);
  });
});
