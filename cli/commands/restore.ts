import { parseUserName } from '../../functions/core/names.js';
import { type CliCommand, exitCode } from '../command.js';
import { tellingJournal } from '../journal.js';
import { dryRunOption } from '../options.js';
import { offboardingResult } from '../offboarding-run.js';
import { printResults } from '../results.js';
import { UserRuns, absent } from '../user-runs.js';

interface RestoreOptions {
  readonly dryRun?: true;
}

export const restore: CliCommand<RestoreOptions> = {
  usage: 'restore <name>',
  summary: 'bring back an offboarded user during its quarantine',
  configure(command) {
    command
      .option(...dryRunOption)
      .addHelpText(
        'after',
        '\nIts current key, what else was Active, its boundary and its permissions are as they were; a password is not.',
      );
  },
  async run(session, [name], { dryRun }) {
    const userName = parseUserName(name!, 'NAME');
    const connection = await session.connect();
    const journal = tellingJournal((line) => session.tell(line));
    const runs = new UserRuns(connection, await session.settings(), journal, (line) => session.tell(line));
    const request = {
      kind: 'restore',
      userName,
      userId: null,
      absentSince: null,
      at: connection.clock.now(),
    } as const;
    const rest = dryRun
      ? await runs.planOffboarding(userName, request)
      : await runs.offboard(userName, request);
    if (rest.at.phase === 'Absent') throw absent(userName);
    const result = offboardingResult(userName, rest);
    printResults(session, [result]);
    return result.isWell ? exitCode.done : exitCode.failed;
  },
};
