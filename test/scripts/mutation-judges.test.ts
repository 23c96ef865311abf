import { describe, expect, test } from '@jest/globals';
import { type File, groupsOf, testsOf } from '../../scripts/mutation/judges.js';

const file = (path: string, ...imports: string[]): File => ({ path, imports });
const sources = [
  file('functions/core/rotation.ts', 'functions/core/cast.ts'),
  file('functions/core/cast.ts', 'functions/core/facts.ts'),
  file('functions/core/facts.ts', 'functions/core/cast.ts'),
  file('functions/core/roster/plan.ts', 'functions/core/facts.ts'),
  file('functions/core/alone.ts'),
];
const tests = [
  file('test/core/rotation.test.ts'),
  file('test/core/rotation-keys.test.ts'),
  file('test/core/rotational.test.ts'),
  file('test/core/change.test.ts', 'functions/core/rotation.ts', 'functions/core/roster/plan.ts'),
  file('test/core/world.ts', 'functions/core/facts.ts'),
  file('test/cli/run.test.ts', 'functions/core/facts.ts'),
];

describe('the tests that judge a source are', () => {
  test('those of its name, where there are such', () => {
    expect(testsOf('functions/core/rotation.ts', sources, tests)).toEqual([
      'test/core/rotation-keys.test.ts',
      'test/core/rotation.test.ts',
    ]);
  });

  test('or else those of its layer that import it', () => {
    expect(testsOf('functions/core/roster/plan.ts', sources, tests)).toEqual(['test/core/change.test.ts']);
  });

  test('or else those of what imports it, however far that is and though it goes round', () => {
    expect(testsOf('functions/core/cast.ts', sources, tests)).toEqual([
      'test/core/change.test.ts',
      'test/core/rotation-keys.test.ts',
      'test/core/rotation.test.ts',
    ]);
  });

  test('or none', () => {
    expect(testsOf('functions/core/alone.ts', sources, tests)).toEqual([]);
  });
});

test('sources with the same tests are one group, and one without tests is in none', () => {
  const wanted = [
    'functions/core/cast.ts',
    'functions/core/alone.ts',
    'functions/core/rotation.ts',
    'functions/core/facts.ts',
  ];
  const all = ['test/core/change.test.ts', 'test/core/rotation-keys.test.ts', 'test/core/rotation.test.ts'];
  expect(groupsOf(wanted, sources, tests)).toEqual([
    { sources: ['functions/core/cast.ts', 'functions/core/facts.ts'], tests: all },
    {
      sources: ['functions/core/rotation.ts'],
      tests: ['test/core/rotation-keys.test.ts', 'test/core/rotation.test.ts'],
    },
  ]);
});
