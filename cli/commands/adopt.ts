import { applyUserStep } from '../../functions/aws/apply-user.js';
import { observeOffboarding } from '../../functions/aws/observe-offboarding.js';
import { type AdoptionPlan, planAdoption } from '../../functions/core/adoption.js';
import { type Rule, mustFollow } from '../../functions/core/invalid-value.js';
import { type UserName, parseUserName } from '../../functions/core/names.js';
import { describe } from '../../functions/core/steps.js';
import { tagValueRule } from '../../functions/core/tags.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure } from '../failure.js';
import { tellingJournal } from '../journal.js';
import { dryRunOption, yesOption } from '../options.js';
import type { Session } from '../session.js';
import { UserRuns, absent } from '../user-runs.js';

interface AdoptOptions {
  readonly owner?: string;
  readonly boundary?: string;
  readonly rotate?: true;
  readonly dryRun?: true;
  readonly yes?: true;
}

const policyArnRule: Rule = {
  says: 'the ARN of one managed policy',
  pattern: /^arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
};

export const adopt: CliCommand<AdoptOptions> = {
  usage: 'adopt <name>',
  summary: 'take one existing user under management, with what it has',
  configure(command) {
    command
      .option('--owner <name>', 'who answers for the user')
      .option('--boundary <arn>', 'permissions boundary in the place of the one that it has')
      .option('--rotate', 'make it a new key too, stored here, beside the one that it has')
      .option(...dryRunOption)
      .option(...yesOption)
      .addHelpText(
        'after',
        '\nThe user gets the tags of a managed user, and the boundary where it has none. Its policies, groups, login\n' +
          'and keys stay as they are. Keys that were not made here stay in use: they are reported, never touched, and\n' +
          'the user is tagged as wanting no key, so that no second one is made for it. When you are ready, --rotate\n' +
          '(or createAccessKey: true in the roster, and an apply) makes a key and stores it; move whoever uses the old\n' +
          'one, then deactivate and delete that by hand. A roster that names the user must want the key as well.',
      );
  },
  async run(session, [name], options) {
    const userName = parseUserName(name!, 'NAME');
    const plan = await planOf(session, userName, options);
    const { at, steps } = plan;
    if (at.phase === 'NotThere') throw absent(userName);
    if (at.phase === 'Conflict') throw new CommandFailure(`${userName} cannot be adopted: ${at.reason}`);
    for (const note of plan.notes) session.tell(note);
    const isIdle = steps.length === 0 && !options.rotate;
    if (options.dryRun || isIdle) return finish(session, userName, plan);
    const question = [`${userName} will be taken under management:`, ...steps.map(describe)].join('\n  ');
    if (!(await session.confirm(question, options.yes ?? false))) {
      session.tell('Nothing was changed.');
      return exitCode.failed;
    }
    const { clients } = await session.connect();
    for (const step of steps) await applyUserStep(step, clients);
    if (options.rotate) await makeKey(session, userName);
    return finish(session, userName, { ...plan, at: { phase: 'Adopted' } });
  },
};

async function planOf(session: Session, name: UserName, options: AdoptOptions): Promise<AdoptionPlan> {
  const { clients, keepsBoundaries } = await session.connect();
  const settings = await session.settings();
  const wish = {
    owner: options.owner === undefined ? null : mustFollow(tagValueRule, options.owner, '--owner'),
    boundaryArn:
      options.boundary === undefined ? null : mustFollow(policyArnRule, options.boundary, '--boundary'),
    wantsKey: options.rotate ?? false,
  };
  const seen = await observeOffboarding(clients, name);
  const plan = planAdoption(seen, wish, settings);
  if (keepsBoundaries) return plan;
  session.tell('This endpoint keeps no permissions boundaries: none is set.');
  return { ...plan, steps: plan.steps.filter(({ step }) => step !== 'SetBoundary') };
}

async function makeKey(session: Session, name: UserName): Promise<void> {
  const connection = await session.connect();
  const tell = (line: string) => session.tell(line);
  const runs = new UserRuns(connection, await session.settings(), tellingJournal(tell), tell);
  const rest = await runs.rotate(name, { kind: 'rotate', at: connection.clock.now() });
  if (!rest?.steps.some(({ step }) => step === 'MintKey'))
    throw new CommandFailure(`${name} is adopted, and has no new key: ${rest?.why ?? 'it is gone'}`);
}

function finish(session: Session, userName: UserName, { at, why, steps, notes }: AdoptionPlan): number {
  const sentences = steps.map(describe);
  session.print({ userName, phase: at.phase, why, steps: sentences, notes }, () => {
    const lines = sentences.map((sentence) => `  ${sentence}\n`).join('');
    return at.phase === 'Adopted'
      ? `${userName} is under management.\n`
      : `${userName} would be taken under management:\n${lines}`;
  });
  return exitCode.done;
}
