import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Makes the folder for what the suites of one run share. jest imports this file without its own resolution of `.js`. */
export default async function createRunFolder(): Promise<void> {
  process.env['TEST_RUN_FOLDER'] = await mkdtemp(path.join(tmpdir(), 'test-run-'));
}
