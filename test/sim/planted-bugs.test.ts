import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { plantedBugs } from './planted-bugs.js';
import { type Simulated, simulator } from './simulator.js';

const root = process.cwd();
/** Beside node_modules, so that the copy finds its packages. */
const nursery = path.join(root, 'build', 'planted');

/** The simulator of a copy of the sources with one bug in it. */
async function simulateWith(index: number): Promise<Simulated> {
  const { file, find, replace, sim } = plantedBugs[index]!;
  const copy = path.join(nursery, String(index));
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  for (const folder of ['functions', 'local'])
    await cp(path.join(root, folder), path.join(copy, folder), { recursive: true });
  const source = await readFile(path.join(copy, file), 'utf8');
  expect(source.split(find)).toHaveLength(2);
  await writeFile(
    path.join(copy, file),
    source.replace(find, () => replace),
  );
  return simulator(sim, copy);
}

afterAll(() => rm(nursery, { recursive: true, force: true }));

describe('the simulator finds a planted bug', () => {
  test.each(plantedBugs.map((bug, index) => [bug.name, index] as const))(
    '%s',
    async (_name, index) => {
      const { code, output } = await simulateWith(index);
      const broken = output.split('\n').filter((line) => /BROKEN| broke /.test(line));
      expect(broken.join('\n')).toMatch(plantedBugs[index]!.breaks);
      expect(code).toBe(1);
    },
    120_000,
  );
});
