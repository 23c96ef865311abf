import { Command, CommanderError } from 'commander';
import { type AnyCommand, type CliCommand, exitCode } from './command.js';
import { commands } from './commands.js';
import { Interrupted, explain } from './failure.js';
import type { Io } from './io.js';
import { type GlobalOptions, addGlobalOptions } from './options.js';
import { Session } from './session.js';
import { version } from './version.js';

/** Runs one command line, without the names of node and of the script, and answers its exit code. It never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = exitCode.done;
  const program = createProgram(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    // commander has said what is wrong; help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode;
    if (error instanceof Interrupted) return exitCode.interrupted;
    io.stderr.write(`iam-lifecycle: ${explain(error)}\n`);
    return exitCode.failed;
  }
}

export function createProgram(io: Io, onEnd: (code: number) => void = () => undefined): Command {
  const program = new Command('iam-lifecycle')
    .description('Declare which IAM users should exist, see what would change, and make it so.')
    .version(version, '-V, --version');
  addGlobalOptions(program);
  settle(program, io);
  for (const command of commands) program.addCommand(toCommander(command, io, onEnd));
  program.addHelpText(
    'after',
    '\nExit codes: 0 done (plan: nothing to change; review: nothing found), 1 failed (review: or not all looked at),\n' +
      '2 plan: there are changes; review: something found; 130 interrupted.\n' +
      'Results go to standard output; progress and errors to standard error.',
  );
  return program;
}

/** commander would end the process and write by itself. */
function settle(command: Command, io: Io): void {
  command
    .exitOverride()
    .showHelpAfterError('Add --help to see what it takes.')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function toCommander(definition: AnyCommand, io: Io, onEnd: (code: number) => void): Command {
  const { usage, summary, configure } = definition;
  const [name = '', ...args] = usage.split(' ');
  const command = new Command(name).description(summary);
  settle(command, io);
  if (args.length > 0) command.arguments(args.join(' '));
  configure?.(command);
  command.action(async () => {
    const session = new Session(io, command.optsWithGlobals<GlobalOptions>(), command.parent!);
    const { run } = definition as unknown as CliCommand;
    const args = command.processedArgs as (string | undefined)[];
    try {
      onEnd(await session.unlessInterrupted(() => run(session, args, command.opts())));
    } finally {
      await session.close();
    }
  });
  return command;
}
