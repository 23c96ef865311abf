import { resolvedOutput } from '../../functions/core/roster/resolved-output.js';
import type { Roster, RosterUser } from '../../functions/core/roster/roster.js';
import { InvalidRoster } from '../../functions/shell/read-roster.js';
import { type CliCommand, exitCode } from '../command.js';
import { count, formatTable } from '../output.js';
import { examineRosterFile, usualRoster } from '../read-roster-file.js';

export const validate: CliCommand = {
  usage: 'validate [roster]',
  summary: 'check a roster against every rule and quota; it asks no account',
  configure(command) {
    command.addHelpText(
      'after',
      `\nROSTER is ${usualRoster} unless one is named. With --output json it prints the roster as it is resolved:\n` +
        'every user with its name, path, tags, policies and the places where its key is kept, and the faults, if there are any.',
    );
  },
  async run(session, [file]) {
    const name = file ?? usualRoster;
    const { roster, faults } = await examineRosterFile(file, session.io.cwd);
    if (roster !== null) {
      const data = { ...resolvedOutput(roster), isValid: faults.length === 0, faults };
      session.print(data, () => (faults.length === 0 ? formatRoster(roster, name) : ''));
    }
    if (roster === null || faults.length > 0) throw new InvalidRoster(name, faults);
    return exitCode.done;
  },
};

function formatRoster({ users, groups, policies, accountId }: Roster, file: string): string {
  const table = formatTable(
    ['USER', 'KIND', 'ROLES', 'POLICIES', 'GROUPS', 'KEY'],
    users.map((user) => [
      user.enabled ? user.name : `(${user.name || 'unnamed'})`,
      user.kind === 'person' ? 'person' : 'system user',
      user.roles.join(' ') || '-',
      String(user.policyArns.length + Object.keys(user.inlinePolicies).length),
      user.groupNames.join(' ') || '-',
      keyOf(user),
    ]),
  );
  const amounts = [
    count(users.filter(({ enabled }) => enabled).length, 'user'),
    count(groups.length, 'group'),
    policies.length === 1 ? '1 policy' : `${policies.length} policies`,
  ];
  return `${users.length === 0 ? '' : table}${file} is valid: ${amounts.join(', ')} for account ${accountId}.\n`;
}

function keyOf({ enabled, key }: RosterUser): string {
  if (!enabled) return 'disabled';
  return key === null ? '-' : key.store;
}
