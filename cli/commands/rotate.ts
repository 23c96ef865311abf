import { type UserName, parseUserName } from '../../functions/core/names.js';
import type { RotationPhase, RotationRequest } from '../../functions/core/rotation-phase.js';
import { type Step, describe } from '../../functions/core/steps.js';
import type { Rest } from '../../functions/shell/converge.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure, explain } from '../failure.js';
import { tellingJournal } from '../journal.js';
import { dryRunOption } from '../options.js';
import { type PersonResult, printResults } from '../results.js';
import type { Session } from '../session.js';
import { scanAccount } from '../scan-account.js';
import { UserRuns, absent } from '../user-runs.js';

interface RotateOptions {
  readonly due?: true;
  readonly emergency?: true;
  readonly reactivate?: true;
  readonly dryRun?: true;
}

export const rotate: CliCommand<RotateOptions> = {
  usage: 'rotate [name]',
  summary: "give a user a new access key, or carry on with its key's life",
  configure(command) {
    command
      .option('--due', 'every managed user whose key wants attention')
      .option('--emergency', 'without any overlap: the old key is deleted at once')
      .option('--reactivate', 'bring back the old key while it is in quarantine')
      .option(...dryRunOption)
      .addHelpText(
        'after',
        '\nThe old key keeps working beside the new one for the overlap time; a later run, or the deployed\n' +
          'functions, deactivate and delete it. No secret is printed: the new key is in the secret of its user.',
      );
  },
  async run(session, [name], options) {
    const { due, emergency, reactivate } = options;
    if ((name === undefined) === (due === undefined))
      throw new CommandFailure('name one user, or say --due', 'iam-lifecycle rotate --help shows both.');
    if ([due, emergency, reactivate].filter(Boolean).length > 1)
      throw new CommandFailure('--due, --emergency and --reactivate exclude one another');
    const connection = await session.connect();
    const journal = tellingJournal((line) => session.tell(line));
    const runs = new UserRuns(connection, await session.settings(), journal, (line) => session.tell(line));
    if (name === undefined) return rotateDue(session, runs, options);
    const kind = emergency ? 'emergency' : reactivate ? 'reactivate' : 'rotate';
    const request = { kind, at: connection.clock.now() } as const;
    const result = await rotateOne(runs, parseUserName(name, 'NAME'), request, options);
    printResults(session, [result]);
    return result.isWell ? exitCode.done : exitCode.failed;
  },
};

async function rotateDue(session: Session, runs: UserRuns, options: RotateOptions): Promise<number> {
  const { plan } = await scanAccount(session);
  const results: PersonResult[] = [];
  let isStopped = false;
  session.finishOnInterrupt(() => {
    isStopped = true;
    session.tell('Finishing the user at work; the next run does the others. Ctrl-C again ends at once.');
  });
  for (const { userName } of plan.hints.filter(({ queue }) => queue === 'rotate')) {
    if (isStopped) break;
    results.push(await settled(userName, () => rotateOne(runs, userName, null, options)));
  }
  printResults(session, results, 'No key wants attention.');
  if (isStopped) return exitCode.interrupted;
  return results.every(({ isWell }) => isWell) ? exitCode.done : exitCode.failed;
}

/** One user's failure does not stop the others. */
async function settled(userName: UserName, work: () => Promise<PersonResult>): Promise<PersonResult> {
  try {
    return await work();
  } catch (error) {
    return { userName, phase: 'Failed', why: explain(error), steps: [], until: null, isWell: false };
  }
}

async function rotateOne(
  runs: UserRuns,
  name: UserName,
  request: RotationRequest | null,
  { dryRun }: RotateOptions,
): Promise<PersonResult> {
  const rest = dryRun ? await runs.planRotation(name, request) : await runs.rotate(name, request);
  if (!rest) throw absent(name);
  return resultOf(name, rest, request);
}

function resultOf(
  userName: UserName,
  { at, why, steps }: Pick<Rest<unknown, RotationPhase>, 'at' | 'why' | 'steps'>,
  request: RotationRequest | null,
): PersonResult {
  return {
    userName,
    phase: at.phase,
    why,
    steps: steps.map(describe),
    until: 'until' in at ? at.until : null,
    isWell: at.phase !== 'Blocked' && at.phase !== 'Foreign' && isAnswered(request, steps),
  };
}

/** A rotation that was asked for by name and did not take place is a failure, whatever the reason. */
function isAnswered(request: RotationRequest | null, steps: readonly Step[]): boolean {
  if (request === null) return true;
  const wanted = request.kind === 'reactivate' ? 'ReactivateKey' : 'MintKey';
  return steps.some(({ step }) => step === wanted);
}
