import { expect, test } from '@jest/globals';
import { operations } from '../../../functions/shell/operations.js';
import { apiPage } from '../../../local/dev/api-page.js';

test('the page has every operation, loads nothing, and writes text as text', () => {
  const page = apiPage();
  for (const { method, path, summary } of Object.values(operations)) {
    expect(page).toContain(`<h2><code>${method} ${path}</code></h2>`);
    expect(page).toContain(summary);
  }
  expect(page).toContain('<td><code>keyOlderThan</code></td><td>query</td>');
  expect(page).toContain('<td><code>409</code></td>');
  expect(page).not.toMatch(/<script|<link|<img|src=|https?:/);
});
