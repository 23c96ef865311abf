import path from 'node:path';
import { parsePlan } from '../../functions/core/roster/plan-file.js';
import type { RosterFacts } from '../../functions/core/roster/roster-facts.js';
import type { RosterFinding, RosterPlan } from '../../functions/core/roster/roster-steps.js';
import { subjectText, whatMoved } from '../../functions/core/roster/what-moved.js';
import { secondMs } from '../../functions/core/instants.js';
import { type ApplySummary, applyPlan } from '../apply.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure } from '../failure.js';
import { silentJournal } from '../journal.js';
import { type Delivery, prepareDelivery } from '../login-delivery.js';
import { allowDestroyOption, keybaseOption, parseCount, yesOption } from '../options.js';
import { count } from '../output.js';
import { type MadePlan, makePlan } from '../plan-roster.js';
import { Progress } from '../progress.js';
import { readTextFile, usualRoster } from '../read-roster-file.js';
import { renderPlan } from '../render-plan.js';
import type { Session } from '../session.js';
import { UserRuns } from '../user-runs.js';

interface ApplyOptions {
  readonly roster?: string;
  readonly yes?: true;
  readonly autoApprove?: true;
  readonly allowDestroy?: number;
  readonly credentialsOut?: string;
  readonly keybase?: string;
}

export const apply: CliCommand<ApplyOptions> = {
  usage: 'apply [plan]',
  summary: 'make the account as the roster says, or make just the changes of a plan',
  configure(command) {
    command
      .option('--roster <file>', `the roster (default: ${usualRoster})`)
      .option(...yesOption)
      .option('--auto-approve', 'the same as --yes')
      .option(...allowDestroyOption, parseCount)
      .option('--credentials-out <folder>', 'where encrypted passwords of new console logins go')
      .option(...keybaseOption)
      .addHelpText(
        'after',
        '\nPLAN is a file of iam-lifecycle plan --out: exactly its changes are made, or none where the account or the\n' +
          'roster has moved since. Ctrl-C lets the users at work finish; the next plan finishes the others.',
      );
  },
  async run(session, [planFile], options) {
    const made = await planOf(session, planFile, options);
    const { plan, facts } = made;
    let progress: Progress | null = null;
    const tell = (line: string) => (progress ? progress.tell(line) : session.tell(line));
    const { clients, clock } = await session.connect();
    const folder =
      options.credentialsOut === undefined ? null : path.resolve(session.io.cwd, options.credentialsOut);
    const delivery = await prepareDelivery(plan, {
      clients,
      clock,
      folder,
      keybaseFolder: options.keybase,
      tell,
    });
    show(session, plan);
    if (plan.changes.length === 0) return exitCodeOf(plan, null);
    const question = `Make ${count(plan.changes.length, 'change')} in account ${plan.accountId}?`;
    if (!(await session.confirm(question, Boolean(options.yes ?? options.autoApprove)))) {
      session.tell('Nothing was changed.');
      return exitCode.failed;
    }
    progress = new Progress(session.io.stderr, plan.changes.length, () => session.io.clock.now());
    const startedAt = session.io.clock.now();
    const summary = await execute(session, plan, facts, delivery, progress);
    progress.end();
    report(session, plan, summary, (session.io.clock.now() - startedAt) / secondMs);
    return exitCodeOf(plan, summary);
  },
};

/** The plan to make: a new one, or that of a file where nothing has moved since. Throws CommandFailure where it has. */
async function planOf(
  session: Session,
  planFile: string | undefined,
  options: ApplyOptions,
): Promise<Pick<MadePlan, 'plan' | 'facts'>> {
  if (planFile === undefined) return makePlan(session, options.roster, options.allowDestroy ?? null);
  const { plan } = parsePlan(await readTextFile(planFile, session.io.cwd, 'plan'), planFile);
  // Whoever keeps a plan has seen how many leave.
  const departures = plan.changes.filter(({ action }) => action === 'delete').length;
  const fresh = await makePlan(session, options.roster, Math.max(departures, options.allowDestroy ?? 0));
  const moved = whatMoved(plan, fresh.plan);
  if (moved.length === 0) return { plan, facts: fresh.facts };
  throw new CommandFailure(
    ['the plan does not hold any more, so none of it was done:', ...moved].join('\n  '),
    `Plan again: iam-lifecycle plan ${options.roster ?? usualRoster} --out ${planFile}`,
  );
}

/** Beside the results, where these are for a machine. */
function show(session: Session, plan: RosterPlan): void {
  const output = session.isJson ? session.io.stderr : session.io.stdout;
  output.write(renderPlan(plan, session.isColored && !session.isJson));
}

/** IAM's own minimum. */
const usualMinimumLength = 8;

async function execute(
  session: Session,
  plan: RosterPlan,
  facts: RosterFacts,
  delivery: Delivery,
  progress: Progress,
): Promise<ApplySummary> {
  const connection = await session.connect();
  const settings = await session.settings();
  const tell = (line: string) => progress.tell(line);
  let isStopped = false;
  session.finishOnInterrupt(() => {
    isStopped = true;
    tell('Stopping: the users at work are finished, no other is begun. The next plan finishes the rest.');
    tell('Ctrl-C again ends at once.');
  });
  const passwordPolicy = plan.changes
    .flatMap(({ steps }) => steps)
    .map((step) => (step.step === 'SetPasswordPolicy' ? step.policy : null))
    .find((policy) => policy !== null);
  const { minimumPasswordLength } = passwordPolicy ??
    facts.passwordPolicy ?? { minimumPasswordLength: usualMinimumLength };
  return applyPlan(plan, {
    connection,
    runs: new UserRuns(connection, settings, silentJournal, tell),
    minimumPasswordLength,
    deliverPassword: (owner, password, login) => delivery.deliver(owner, password, login),
    isStopped: () => isStopped,
    finished: (isWell) => progress.finished(isWell),
    tell,
  });
}

function report(
  session: Session,
  { findings }: RosterPlan,
  { done, failed, notStarted, withSessionsLeft, calls }: ApplySummary,
  seconds: number,
): void {
  const failures = failed.map(({ subject, why }) => ({ subject, why }));
  const data = { done, failed: failures, notStarted, withSessionsLeft, findings, calls, seconds };
  session.print(data, () => {
    const counts = [
      `${done} done`,
      `${failed.length} failed`,
      ...(notStarted === 0 ? [] : [`${notStarted} not begun`]),
    ];
    const lines = [
      ...failures.map(({ subject, why }) => `! ${subjectText(subject)}: ${why}`),
      `Applied: ${counts.join(', ')}; ${count(calls, 'call')} in ${seconds.toFixed(1)} s.`,
      ...withSessionsLeft.map((name) => `! ${name} has left, and some of its sessions were not ended`),
      ...(failed.length + notStarted === 0 ? [] : ['Run iam-lifecycle apply again to finish the rest.']),
    ];
    return `${lines.join('\n')}\n`;
  });
}

/** What the roster asks for and did not get is a failure too, and so is a leaver who can still act; a user that is merely not ours is none. */
function exitCodeOf({ findings }: RosterPlan, summary: ApplySummary | null): number {
  if (summary !== null && summary.failed.length > 0) return exitCode.failed;
  if (summary !== null && summary.notStarted > 0) return exitCode.interrupted;
  if (summary !== null && summary.withSessionsLeft.length > 0) return exitCode.failed;
  return findings.some(isFailure) ? exitCode.failed : exitCode.done;
}

function isFailure({ kind }: RosterFinding): boolean {
  return kind !== 'Unmanaged';
}
