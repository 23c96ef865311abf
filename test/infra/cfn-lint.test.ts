import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { fullConfig, rosterConfig, sampleConfig } from './configs.js';
import { synthesise } from './synth.js';

const isHere = spawnSync('cfn-lint', ['--version']).status === 0;
const isWanted = isHere || process.env.CFN_LINT === 'required';
if (!isWanted)
  process.stderr.write('cfn-lint is not on the PATH: its test is skipped (pip install cfn-lint)\n');

const clean = { stdout: '', stderr: '', status: 0 as number | null };

/** Of all templates at once: cfn-lint takes longer to start than to read one. */
function lint(templates: Readonly<Record<string, object>>): typeof clean {
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
  const files = Object.entries(templates).map(([name, template]) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const { stdout, stderr, status } = spawnSync('cfn-lint', ['--format', 'parseable', ...files], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return { stdout, stderr, status };
}

test('cfn-lint finds nothing: the sample configuration, every option, a roster', () => {
  const templates = {
    sample: synthesise(sampleConfig).json,
    full: synthesise(fullConfig).json,
    roster: synthesise(rosterConfig).json,
  };
  expect(isWanted ? lint(templates) : clean).toEqual(clean);
}, 120_000);
