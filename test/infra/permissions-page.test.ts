import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { renderSecurityPage, securityPage } from '../../scripts/security-table.js';

test('the tables of docs/security.md are those of the statements and the attacks', async () => {
  const page = await readFile(securityPage, 'utf8');
  // If this fails: node --import tsx scripts/security-table.ts
  expect(page).toBe(await renderSecurityPage(page));
});

test('a page without its markers is refused', async () => {
  await expect(renderSecurityPage('# Security\n')).rejects.toThrow('lacks the markers');
});
