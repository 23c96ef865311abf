import { exitCode } from './command.js';
import { processIo } from './io.js';
import { run } from './run.js';

process.exitCode = await run(process.argv.slice(2), processIo());
// Whoever was interrupted may still be at work: it ends here.
if (process.exitCode === exitCode.interrupted) process.exit();
