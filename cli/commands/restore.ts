import { observeUser } from '../../functions/aws/observe.js';
import type { UserFacts } from '../../functions/core/facts.js';
import { type UserName, parseUserName } from '../../functions/core/names.js';
import { unfinishedRestore } from '../../functions/core/rebirth.js';
import { tag } from '../../functions/core/tags.js';
import { type CliCommand, exitCode } from '../command.js';
import type { Connection } from '../connection.js';
import { tellingJournal } from '../journal.js';
import { dryRunOption } from '../options.js';
import { offboardingResult } from '../offboarding-run.js';
import {
  giveBack,
  planRebirth,
  planReplenishment,
  readSnapshot,
  rosterReminder,
  stepsOf,
} from '../rebirth.js';
import { type PersonResult, printResults } from '../results.js';
import type { Session } from '../session.js';
import { UserRuns, absent } from '../user-runs.js';

interface RestoreOptions {
  readonly dryRun?: true;
}

export const restore: CliCommand<RestoreOptions> = {
  usage: 'restore <name>',
  summary: 'bring back an offboarded user: as it was in its quarantine, made anew after its purge',
  configure(command) {
    command
      .option(...dryRunOption)
      .addHelpText(
        'after',
        '\nIn the quarantine its current key, what else was Active, its boundary and its permissions are as they were; a\n' +
          'password is not. What somebody took from it meanwhile is given back from the snapshot of its departure. After the\n' +
          'purge a new user gets the old tags and permissions, and a new key in the old place; what is lost is printed. If it\n' +
          'is cut off, run it again: it goes on from there.',
      );
  },
  async run(session, [name], { dryRun }) {
    const userName = parseUserName(name!, 'NAME');
    const connection = await session.connect();
    const journal = tellingJournal((line) => session.tell(line));
    const runs = new UserRuns(connection, await session.settings(), journal, (line) => session.tell(line));
    const context = { session, connection, runs, isDryRun: dryRun ?? false };
    // A return takes away the tag under which its departure is filed.
    const leaver = await observeUser(connection.clients.iam, userName);
    const result =
      leaver !== null && isHalfMade(leaver)
        ? await replenished(finished(leaver), leaver, context)
        : await returned(userName, leaver, context);
    printResults(session, [result]);
    return result.isWell ? exitCode.done : exitCode.failed;
  },
};

interface RestoreContext {
  readonly session: Session;
  readonly connection: Connection;
  readonly runs: UserRuns;
  readonly isDryRun: boolean;
}

/** Of a user that is still there, its return; otherwise the user is made anew. */
async function returned(
  userName: UserName,
  leaver: UserFacts | null,
  context: RestoreContext,
): Promise<PersonResult> {
  const { connection, runs, isDryRun } = context;
  const request = {
    kind: 'restore',
    userName,
    userId: null,
    absentSince: null,
    at: connection.clock.now(),
  } as const;
  const rest = isDryRun
    ? await runs.planOffboarding(userName, request)
    : await runs.offboard(userName, request);
  return rest.at.phase === 'Absent'
    ? restorePurged(userName, context)
    : replenished(offboardingResult(userName, rest), leaver, context);
}

/** A restore after its purge was cut off, and it is not leaving again. */
function isHalfMade({ tags }: UserFacts): boolean {
  return unfinishedRestore(tags) !== null && tags[tag.offboarded] === undefined;
}

function finished({ name, tags }: UserFacts): PersonResult {
  return {
    userName: name,
    phase: 'Restored',
    why: `finished the restore of ${tags[tag.restoredFrom]} that was cut off`,
    steps: [],
    until: null,
    isWell: true,
  };
}

async function restorePurged(userName: UserName, context: RestoreContext): Promise<PersonResult> {
  const { session, connection, runs, isDryRun } = context;
  const snapshot = await readSnapshot(connection, await runs.evidenceBucket(userName), userName, 'the last');
  if (!snapshot) throw absent(userName);
  const back = await planRebirth(snapshot, connection, await session.settings());
  if (!isDryRun) await giveBack(back, connection, runs);
  const reminder = rosterReminder(snapshot);
  if (reminder !== null) session.tell(reminder);
  for (const what of back.lost) session.tell(`Not given back: ${what}.`);
  return {
    userName: snapshot.user.name,
    phase: 'Restored',
    why: `made anew as of ${snapshot.departedAt}, when ${snapshot.user.id} left`,
    steps: stepsOf(back),
    until: null,
    isWell: true,
    lost: back.lost,
  };
}

/** A return that has been taken, or is planned, and what the snapshot gives beyond it. */
async function replenished(
  result: PersonResult,
  leaver: UserFacts | null,
  context: RestoreContext,
): Promise<PersonResult> {
  const { session, connection, runs, isDryRun } = context;
  const departure = leaver && (unfinishedRestore(leaver.tags) ?? departureOf(leaver));
  if (!result.isWell || leaver === null || departure === null) return result;
  const bucket = await runs.evidenceBucket(leaver.name);
  const snapshot = await readSnapshot(connection, bucket, leaver.name, departure);
  if (!snapshot) return isHalfMade(leaver) ? { ...result, ...notKept } : result;
  const back = await planReplenishment(snapshot, connection);
  if (!isDryRun) await giveBack(back, connection, runs);
  for (const what of back.lost) session.tell(`Not given back: ${what}.`);
  return { ...result, steps: [...result.steps, ...stepsOf(back)], lost: back.lost };
}

const notKept = {
  phase: 'Unfinished',
  why: 'the snapshot that it was being restored from is not kept any more: give it what it lacks by hand',
  isWell: false,
};

/** Under which its own departure is filed; null where it is not leaving. */
function departureOf({ id, tags }: UserFacts): { userId: string; departedAt: string } | null {
  const departedAt = tags[tag.departed];
  return departedAt === undefined ? null : { userId: id, departedAt };
}
