import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatPlan } from '../../functions/core/roster/plan-file.js';
import type { CliCommand } from '../command.js';
import { readKeys } from '../login-delivery.js';
import { allowDestroyOption, keybaseOption, parseCount } from '../options.js';
import { makePlan } from '../plan-roster.js';
import { usualRoster } from '../read-roster-file.js';
import { exitCodeOf, planJson, renderPlan } from '../render-plan.js';

interface PlanOptions {
  readonly out?: string;
  readonly allowDestroy?: number;
  readonly keybase?: string;
}

export const plan: CliCommand<PlanOptions> = {
  usage: 'plan [roster]',
  summary: 'show how the account differs from the roster; it changes nothing',
  configure(command) {
    command
      .option('--out <file>', 'keep the plan for apply; it holds no secret')
      .option(...allowDestroyOption, parseCount)
      .option(...keybaseOption)
      .addHelpText(
        'after',
        `\nROSTER is ${usualRoster} unless one is named. Exit codes: 0 nothing to change, 2 changes or findings, 1 failed.`,
      );
  },
  async run(session, [file], { out, allowDestroy, keybase }) {
    const { plan, basis, now } = await makePlan(session, file, allowDestroy ?? null);
    await readKeys(plan, keybase);
    if (out !== undefined) {
      const target = path.resolve(session.io.cwd, out);
      await writeFile(target, formatPlan({ createdAt: now, basis, plan }));
      session.tell(`The plan is in ${out}; iam-lifecycle apply ${out} makes just these changes.`);
    }
    session.print(planJson(plan), () => renderPlan(plan, session.isColored));
    return exitCodeOf(plan);
  },
};
