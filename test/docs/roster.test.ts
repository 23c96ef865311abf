import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readRoster } from '../../functions/shell/read-roster.js';
import { renderRosterPage, rosterPage } from '../../scripts/roster-reference.js';

const page = readFileSync(rosterPage, 'utf8');
const readme = readFileSync('README.md', 'utf8');

const yamlIn = (text: string) => [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml!);

describe('docs/roster.md', () => {
  test('has the tables of the schema: "node --import tsx scripts/roster-reference.ts" writes them anew', () => {
    expect(page).toBe(renderRosterPage(page));
  });

  test('a page without its markers is refused', () => {
    expect(() => renderRosterPage('# The roster\n')).toThrow('lacks the markers');
  });

  test.each(yamlIn(page).map((yaml) => [yaml.split('\n').slice(1, 3).join(' '), yaml]))(
    'its example %s is a valid roster',
    (_, yaml) => {
      expect(readRoster(yaml, 'example.yaml').users.length).toBeGreaterThan(0);
    },
  );

  test('its examples build the names that it speaks of', () => {
    const names = yamlIn(page).map((yaml) => readRoster(yaml, 'example.yaml').users.map(({ name }) => name));
    expect(names).toEqual([
      ['alice@example.com', 'bob@example.com'],
      ['carol', 'dave'],
      ['vendor-sync', 'eg-dev-fluentd', 'uploads'],
      ['newsletter'],
      ['jane.doe', 'john.roe', '_machine.jenkins'],
    ]);
  });
});

test("the README's roster is valid", () => {
  const [yaml, ...others] = yamlIn(readme);
  expect(others).toEqual([]);
  expect(readRoster(yaml!, 'README.md').users.map(({ name }) => name)).toEqual([
    'bob@example.com',
    'eg-dev-fluentd',
  ]);
});
