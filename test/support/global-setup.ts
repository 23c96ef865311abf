import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Makes the folder for what the suites of one run share, and for every temporary file of theirs and of the processes that
 * they start: it goes when the run ends. jest imports this file without its own resolution of `.js`.
 */
export default async function createRunFolder(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'test-run-'));
  process.env['TEST_RUN_FOLDER'] = folder;
  process.env['TMPDIR'] = folder;
}
