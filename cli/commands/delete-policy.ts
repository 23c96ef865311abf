import {
  type PolicyUse,
  deletePolicy as deleteWithVersions,
  observePolicyUse,
} from '../../functions/aws/delete-policy.js';
import { type Rule, mustFollow } from '../../functions/core/invalid-value.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure } from '../failure.js';
import { dryRunOption, yesOption } from '../options.js';
import { count } from '../output.js';

interface DeletePolicyOptions {
  readonly dryRun?: true;
  readonly yes?: true;
}

const ownPolicyRule: Rule = {
  says: "the ARN of one of the account's own policies, as in arn:aws:iam::123456789012:policy/AssumeRolesPolicy",
  pattern: /^arn:aws(-[a-z]+)*:iam::\d{12}:policy\/[\w+=,.@/-]+$/,
};

export const deletePolicy: CliCommand<DeletePolicyOptions> = {
  usage: 'delete-policy <arn>',
  summary: 'delete a managed policy that nobody has any more, with its versions',
  configure(command) {
    command
      .option(...dryRunOption)
      .option(...yesOption)
      .addHelpText(
        'after',
        '\nFor what a migration leaves behind: an apply says which policies are attached to nobody any more. A policy\n' +
          "that is attached to any user, group or role, or is anybody's boundary, is refused.",
      );
  },
  async run(session, [argument], { dryRun, yes }) {
    const arn = mustFollow(ownPolicyRule, argument!, 'ARN');
    const { clients } = await session.connect();
    const policy = await observePolicyUse(clients.iam, arn);
    if (policy === null) throw new CommandFailure(`there is no policy ${arn}`);
    mustBeUnused(policy);
    const versions = count(policy.otherVersionIds.length + 1, 'version');
    const data = { policyArn: arn, versions: policy.otherVersionIds.length + 1 };
    if (dryRun) {
      session.print({ ...data, isDeleted: false }, () => `${arn} would be deleted, with ${versions}.\n`);
      return exitCode.done;
    }
    if (!(await session.confirm(`${arn} will be deleted for good, with ${versions}.`, yes ?? false))) {
      session.tell('Nothing was changed.');
      return exitCode.failed;
    }
    await deleteWithVersions(clients.iam, policy);
    session.print({ ...data, isDeleted: true }, () => `${arn} is deleted, with ${versions}.\n`);
    return exitCode.done;
  },
};

function mustBeUnused({ arn, attachments, boundaries }: PolicyUse): void {
  if (attachments + boundaries === 0) return;
  const uses = [
    ...(attachments === 0 ? [] : [count(attachments, 'attachment')]),
    ...(boundaries === 0 ? [] : [`${count(boundaries, 'use')} as a permissions boundary`]),
  ];
  throw new CommandFailure(
    `${arn} is in use, and stays: it has ${uses.join(' and ')}`,
    `aws iam list-entities-for-policy --policy-arn ${arn} says by whom.`,
  );
}
