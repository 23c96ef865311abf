import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { fullConfig, rosterConfig, sampleConfig, synthesise } from './synth.js';

const isHere = spawnSync('cfn-lint', ['--version']).status === 0;
const isWanted = isHere || process.env.CFN_LINT === 'required';
if (!isWanted)
  process.stderr.write('cfn-lint is not on the PATH: its test is skipped (pip install cfn-lint)\n');

const clean = { stdout: '', stderr: '', status: 0 };

function lint(template: object): { stdout: string; stderr: string; status: number | null } {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'template-')), 'template.json');
  writeFileSync(file, JSON.stringify(template));
  const { stdout, stderr, status } = spawnSync('cfn-lint', ['--format', 'parseable', file], {
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

test.each([
  ['the sample configuration', sampleConfig],
  ['every option', fullConfig],
  ['a roster', rosterConfig],
])(
  'cfn-lint finds nothing: %s',
  (_, config) => {
    expect(isWanted ? lint(synthesise(config).json) : clean).toEqual(clean);
  },
  120_000,
);
