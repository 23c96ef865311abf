import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { observeImport } from '../../functions/aws/observe-import.js';
import type { RosterDraft } from '../../functions/core/roster/draft.js';
import { importRoster } from '../../functions/core/roster/import.js';
import { defaultUserPath } from '../../functions/core/roster/resolve.js';
import { type CliCommand, exitCode } from '../command.js';
import { CommandFailure } from '../failure.js';
import { count } from '../output.js';
import type { Session } from '../session.js';
import { readTerraformFile } from '../terraform/read-terraform-file.js';
import { type WrittenRoster, writeRoster } from '../write-roster.js';

interface ImportOptions {
  readonly path: string;
  readonly out?: string;
  readonly managedOnly?: true;
  readonly fromTerraform?: string;
  readonly accountId?: string;
  readonly userPath?: string;
}

export const importCommand: CliCommand<ImportOptions> = {
  usage: 'import',
  summary: "write a roster for the account's users, or for what Terraform made; it changes nothing",
  configure(command) {
    command
      .option('--path <prefix>', 'users below this path alone', parsePath, '/')
      .option('--managed-only', 'users under management alone')
      .option('--out <file>', 'write the roster there; a file that exists is left alone')
      .option('--from-terraform <file>', 'a .tfvars.json or a state file instead of the account')
      .option('--account-id <id>', 'with --from-terraform: the account, where the file names none')
      .option('--user-path <path>', 'with --from-terraform: path of the users (default: /lifecycle/)')
      .addHelpText(
        'after',
        '\nUsers with a console login, with MFA, or who only assume roles are people; all others are system users.\n' +
          'A policy of one role is recognised where it is the one that a roster would make. Who has a login is what\n' +
          'the credential report says, which may be four hours old. Planning the result changes no user that is\n' +
          'under management; for the others, iam-lifecycle adopt NAME comes first.\n\n' +
          'From Terraform: the variables of the tutorial (iam_users), of Gruntwork (users), of cloudposse\n' +
          '(iam-system-user, iam-s3-user), or a state file of format 4. No secret of a state is read or shown.',
      );
  },
  async run(session, _args, options) {
    const { out, fromTerraform } = options;
    const draft =
      fromTerraform === undefined
        ? await draftOfAccount(session, options)
        : await draftOfTerraform(session, fromTerraform, options);
    const written = writeRoster(draft);
    tellLeftOut(session, written.draft);
    if (out !== undefined) await writeNew(path.resolve(session.io.cwd, out), out, written.text);
    print(session, written, out);
    return exitCode.done;
  },
};

function parsePath(text: string): string {
  if (!/^\/([\x21-\x7e]+\/)?$/.test(text))
    throw new InvalidArgumentError('It must be an IAM path such as / or /people/.');
  return text;
}

async function draftOfAccount(
  session: Session,
  { path: pathPrefix, managedOnly, accountId, userPath }: ImportOptions,
): Promise<RosterDraft> {
  if (accountId !== undefined || userPath !== undefined)
    throw new CommandFailure('--account-id and --user-path go with --from-terraform alone');
  const connection = await session.connect();
  const settings = await session.settings();
  const seen = await observeImport(connection.clients, connection.clock, connection.accountId);
  return importRoster(seen, { userPath: settings.userPath, pathPrefix, managedOnly: managedOnly ?? false });
}

async function draftOfTerraform(
  session: Session,
  file: string,
  { accountId, managedOnly, path: prefix, userPath = defaultUserPath }: ImportOptions,
): Promise<RosterDraft> {
  if (managedOnly || prefix !== '/')
    throw new CommandFailure('--path and --managed-only are about the account, not about --from-terraform');
  const { io, options } = session;
  const { draft, secrets } = await readTerraformFile(file, io.cwd, {
    accountId: accountId ?? null,
    userPath,
    region: options.region ?? io.env.AWS_REGION ?? null,
    connectedAccount: async () => (await session.connect()).accountId,
  });
  if (secrets > 0) {
    session.tell(
      `${file} holds ${count(secrets, 'secret')} in plain text; none was read into the roster. Whoever could read the\n` +
        'file could read them: once each user has a new key (iam-lifecycle rotate), delete the old keys, change the\n' +
        'passwords, and destroy the file with every copy and version of it.',
    );
  }
  return draft;
}

function tellLeftOut(session: Session, { leftOut, rosterMade }: RosterDraft): void {
  for (const { name, why } of leftOut) {
    session.tell(`Left out: ${name}: ${why}`);
    if (rosterMade.includes(name))
      session.tell(`  A roster made ${name}: an apply of this one would let it go. Give it an entry first.`);
  }
}

async function writeNew(file: string, name: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CommandFailure(`there is a file ${name} already, and it was left alone`, 'Name another one.', {
      cause: error,
    });
  }
}

function print(session: Session, { draft, text }: WrittenRoster, out: string | undefined): void {
  const { input, notes, leftOut } = draft;
  const people = Object.keys(input.people ?? {}).length;
  const systemUsers = input.systemUsers?.length ?? 0;
  const amounts = `${people === 1 ? '1 person' : `${people} people`} and ${count(systemUsers, 'system user')}`;
  const data = { roster: input, notes, leftOut, people, systemUsers, out: out ?? null };
  session.print(data, () => (out === undefined ? text : `${out} has ${amounts}. Look at its comments.\n`));
}
