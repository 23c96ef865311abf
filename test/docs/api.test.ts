import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { operations } from '../../functions/shell/operations.js';

test('docs/api.md has every operation, and no other', () => {
  const page = readFileSync('docs/api.md', 'utf8');
  const named = [...page.matchAll(/^\| `([A-Z]+ \/[^`]*)` \|/gm)].map(([, operation]) => operation);
  expect(named.toSorted()).toEqual(
    Object.values(operations)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  );
});
