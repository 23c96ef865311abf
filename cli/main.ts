import { exitCode } from './command.js';
import { processIo } from './io.js';
import { run } from './run.js';

// As in the scripts of package.json: whoever runs a command cannot do anything about it here and now.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.exitCode = await run(process.argv.slice(2), processIo());
// Whoever was interrupted may still be at work: it ends here.
if (process.exitCode === exitCode.interrupted) process.exit();
