import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const command = 'node --import tsx cli/main.ts';

test('whoever stops reading ends nothing: a closed pipe is no failure', () => {
  const { status, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command} --help | true`], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
