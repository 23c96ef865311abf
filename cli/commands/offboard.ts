import { parseDuration } from '../../functions/core/instants.js';
import { type UserName, parseUserName } from '../../functions/core/names.js';
import type { OffboardingRequest } from '../../functions/core/offboarding.js';
import { tag } from '../../functions/core/tags.js';
import { listEvidence } from '../../functions/aws/evidence-store.js';
import { filedDepartures } from '../../functions/core/evidence-keys.js';
import { observeUser } from '../../functions/aws/observe.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure } from '../failure.js';
import { tellingJournal } from '../journal.js';
import { dryRunOption, yesOption } from '../options.js';
import { finishAbsence, finishPurge, offboardingResult } from '../offboarding-run.js';
import { printResults } from '../results.js';
import type { Session } from '../session.js';
import { UserRuns, absent } from '../user-runs.js';

interface OffboardOptions {
  readonly immediate?: true;
  readonly quarantine?: string;
  readonly reason: string;
  readonly userId?: string;
  readonly yes?: true;
  readonly dryRun?: true;
}

export const offboard: CliCommand<OffboardOptions> = {
  usage: 'offboard <name>',
  summary: 'take every power from a user, and delete it once its quarantine is over',
  configure(command) {
    command
      .option('--immediate', 'no quarantine: the user is deleted as soon as its powers are seen to be gone')
      .option(
        '--quarantine <duration>',
        'how long it can be restored, as in P30D (default: as its tag says, or as configured)',
      )
      .option('--reason <text>', 'written down with the user', 'asked for on the command line')
      .option('--user-id <id>', 'the unique id that the user must have')
      .option(...yesOption)
      .option(...dryRunOption)
      .addHelpText(
        'after',
        '\nA user that is offboarded already is taken as far as it may go now, and deleted when its quarantine\n' +
          'is over. iam-lifecycle restore brings it back until then; its password alone is lost at once.',
      );
  },
  async run(session, [name], options) {
    if (options.immediate && options.quarantine !== undefined)
      throw new CommandFailure('--immediate and --quarantine exclude one another');
    const settings = await session.settings();
    const connection = await session.connect();
    const journal = tellingJournal((line) => session.tell(line));
    const runs = new UserRuns(connection, settings, journal, (line) => session.tell(line));
    const { request, isNew } = await requestOf(session, parseUserName(name!, 'NAME'), options, runs);
    const userName = parseUserName(request.userName);
    if (options.dryRun) {
      printResults(session, [offboardingResult(userName, await runs.planOffboarding(userName, request))]);
      return exitCode.done;
    }
    const question = options.immediate
      ? `${userName} will be deleted, with its keys and its secret.`
      : `${userName} will lose every power; it can be restored during its quarantine.`;
    if (isNew && !(await session.confirm(question, options.yes ?? false))) {
      session.tell('Nothing was changed.');
      return exitCode.failed;
    }
    const first = await runs.offboard(userName, request);
    const who = { userName, userId: request.userId };
    const purged = await finishPurge(session, runs, who, first, options.immediate ?? false);
    const sessions = runs.outlooks.get(userName);
    const result = {
      ...offboardingResult(userName, await finishAbsence(session, runs, who, purged)),
      ...(sessions === undefined ? {} : { sessions }),
    };
    printResults(session, [result]);
    const isLeft = runs.withSessionsLeft().length > 0;
    return result.isWell && !isLeft ? exitCode.done : exitCode.failed;
  },
};

interface Wish {
  readonly request: OffboardingRequest;
  readonly isNew: boolean;
}

/** A user that is gone, where nobody has signed that off: somebody pressed Ctrl-C, or a run was cut off. */
async function unsignedDeparture(session: Session, userName: UserName, runs: UserRuns): Promise<Wish> {
  const { clients } = await session.connect();
  const bucket = await runs.evidenceBucket(userName);
  const filed =
    bucket === null ? [] : filedDepartures(await listEvidence({ s3: clients.s3, bucket }, userName));
  if (filed[0]?.snapshotKey == null || filed[0].recordKey !== null) throw absent(userName);
  return { request: { kind: 'continue', userName, userId: null, absentSince: null }, isNew: false };
}

/** A decision, or the wish to carry on with the one that stands: that must not start the quarantine anew. */
async function requestOf(
  session: Session,
  name: UserName,
  options: OffboardOptions,
  runs: UserRuns,
): Promise<Wish> {
  const { clients, clock } = await session.connect();
  const user = await observeUser(clients.iam, name);
  if (!user) return unsignedDeparture(session, name, runs);
  if (options.userId !== undefined && options.userId !== user.id)
    throw new CommandFailure(`${user.name} has the unique id ${user.id}, not ${options.userId}`);
  const who = { userName: user.name, userId: user.id, absentSince: null };
  const isDecided = user.tags[tag.offboarded] !== undefined;
  if (isDecided && !options.immediate && options.quarantine === undefined)
    return { request: { ...who, kind: 'continue' }, isNew: false };
  const quarantineMs = options.immediate
    ? 0
    : options.quarantine === undefined
      ? null
      : parseDuration(options.quarantine, '--quarantine');
  const decision = { kind: 'offboard', at: clock.now(), reason: options.reason, quarantineMs } as const;
  return { request: { ...who, ...decision }, isNew: true };
}
