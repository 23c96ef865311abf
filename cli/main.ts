import { exitCode } from './command.js';
import { processIo } from './io.js';
import { run } from './run.js';

// As in the scripts of package.json: whoever runs a command cannot do anything about it here and now.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// Whoever reads may stop reading, as head does. That is no failure, and what is at work goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
process.exitCode = await run(process.argv.slice(2), processIo());
// Whoever was interrupted may still be at work: it ends here.
if (process.exitCode === exitCode.interrupted) process.exit();
