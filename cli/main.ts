import { processIo } from './io.js';
import { run } from './run.js';

// After a second Ctrl-C something may still run: it ends here.
process.exit(await run(process.argv.slice(2), processIo()));
