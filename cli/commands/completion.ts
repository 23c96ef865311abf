import { type CliCommand, exitCode } from '../command.js';
import { completionScript, shells } from '../completion.js';
import { CommandFailure } from '../failure.js';

export const completion: CliCommand = {
  usage: 'completion <shell>',
  summary: `print a script that completes command lines in ${shells.join(', ')}`,
  configure(command) {
    command.addHelpText(
      'after',
      '\nbash: source <(iam-lifecycle completion bash)\n' +
        'zsh:  source <(iam-lifecycle completion zsh)\n' +
        'fish: iam-lifecycle completion fish | source',
    );
  },
  async run(session, [shell]) {
    const known = shells.find((one) => one === shell);
    if (!known)
      throw new CommandFailure(`there is no completion for ${shell}`, `Known are ${shells.join(', ')}.`);
    session.io.stdout.write(completionScript(known, session.program));
    return exitCode.done;
  },
};
