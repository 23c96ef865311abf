import { observeKeyOwner, observeResponse } from '../../functions/aws/observe-response.js';
import { type LeakReport, reportLeak, reportUnknownKey } from '../../functions/core/leak-report.js';
import { type AccessKeyId, parseAccessKeyId } from '../../functions/core/names.js';
import { keyUseData, keyUseLines } from '../../functions/core/review/key-use.js';
import type { ResponsePhase } from '../../functions/core/response.js';
import { type CliCommand, exitCode } from '../command.js';
import { tellingJournal } from '../journal.js';
import { dryRunOption } from '../options.js';
import type { Session } from '../session.js';
import { LeakRuns } from '../leak-runs.js';
import { type TrailOptions, addTrailOptions } from '../trail-options.js';
import { UserRuns } from '../user-runs.js';

interface RespondOptions extends TrailOptions {
  readonly lift?: true;
  readonly dryRun?: true;
  /** False with --no-history. */
  readonly history: boolean;
}

export const respond: CliCommand<RespondOptions> = {
  usage: 'respond <key-id>',
  summary: 'answer a leaked access key: deny its user, deactivate it, mint and deliver its successor',
  configure(command) {
    addTrailOptions(command, 'what the key was used for')
      .option('--no-history', 'do not ask CloudTrail what the key was used for')
      .option('--lift', 'end the deny that was kept for a person to end')
      .option(...dryRunOption)
      .addHelpText(
        'after',
        '\nThe owner is found by the key id. A user that is not managed is told of, and nothing of it is touched.\n' +
          'Last it says what CloudTrail knows of the use of the key, refused calls among it. Run it as often as you like: it goes on where it was. No secret is printed: the new key is where the\n' +
          "user's clients read it.",
      );
  },
  async run(session, [text], options) {
    const keyId = parseAccessKeyId(text!, 'KEY_ID');
    const report = await answer(session, keyId, options);
    // Only now: the history answers two requests a second, and the answer to a leak waits for nothing.
    const { findKeyUse } = await import('../key-use.js');
    const use = options.history ? await findKeyUse(session, keyId, options) : null;
    session.print(
      { ...report, use: use && keyUseData(use) },
      () => `${formatReport(report)}${use ? asPart('USED FOR', keyUseLines(use)) : ''}`,
    );
    return isWell(report.phase) ? exitCode.done : exitCode.failed;
  },
};

async function answer(
  session: Session,
  keyId: AccessKeyId,
  { lift, dryRun }: RespondOptions,
): Promise<LeakReport> {
  const connection = await session.connect();
  const settings = await session.settings();
  const { clients } = connection;
  const owner = await observeKeyOwner(clients.iam, keyId);
  const seen = owner && (await observeResponse(clients, owner.userName, keyId));
  if (!seen?.user) return reportUnknownKey(keyId, 'somebody asked by name');
  const journal = tellingJournal((line) => session.tell(line));
  const users = new UserRuns(connection, settings, journal, (line) => session.tell(line));
  const runs = await LeakRuns.open(connection, settings, journal, users);
  const request = lift ? ({ kind: 'lift' } as const) : ({ kind: 'leak', keyId } as const);
  if (dryRun) return reportLeak(keyId, seen.user, owner!.lastUse, runs.plan(seen, request));
  return reportLeak(keyId, seen.user, owner!.lastUse, await runs.answer(seen, seen.user, request));
}

const wellPhases: readonly ResponsePhase['phase'][] = [
  'Offboarded',
  'Containing',
  'Lifting',
  'Watching',
  'Closed',
];

/** Well: nothing is left that only a person can do about the key itself. */
function isWell(phase: string): boolean {
  return (wellPhases as readonly string[]).includes(phase);
}

const list = (items: readonly string[]) => (items.length === 0 ? ['-'] : items);
const asPart = (title: string, items: readonly string[]) => `${part(title, list(items)).join('\n')}\n`;
const part = (title: string, items: readonly string[]) => [title, ...items.map((item) => `  ${item}`)];

function formatReport({ keyId, userName, phase, why, lastUse, done, next }: LeakReport): string {
  const lines = [
    `KEY       ${keyId}`,
    `OWNER     ${userName ?? '-'}`,
    `LAST USE  ${lastUse ?? '-'}`,
    `PHASE     ${phase}: ${why}`,
    ...part('STEPS', list(done)),
    ...part('NEXT', list(next)),
  ];
  return `${lines.join('\n')}\n`;
}
