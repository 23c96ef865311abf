import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plantedBugs } from './planted-bugs.js';
import { Simulator } from './simulator.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await Simulator.build();
});
afterAll(() => simulator.close());

describe('the simulator finds a planted bug', () => {
  test.each(plantedBugs.map((bug) => [bug.name, bug] as const))(
    '%s',
    async (_name, bug) => {
      await simulator.rebuild(bug);
      const { code, output } = await simulator.run(bug.sim);
      const broken = output.split('\n').filter((line) => /BROKEN| broke /.test(line));
      expect(broken.join('\n')).toMatch(bug.breaks);
      expect(code).toBe(1);
    },
    120_000,
  );
});
