import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { fidelityPage, renderFidelityPage } from '../../scripts/fidelity-page.js';

test('the page has the gaps of the comparison with moto', async () => {
  const page = await readFile(fidelityPage, 'utf8');
  expect(renderFidelityPage(page)).toBe(page);
});
