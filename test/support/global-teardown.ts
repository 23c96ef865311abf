import { rm } from 'node:fs/promises';

export default async function removeRunFolder(): Promise<void> {
  await rm(process.env['TEST_RUN_FOLDER']!, { recursive: true });
}
