import type { RosterDraft } from '../../functions/core/roster/draft.js';
import { importRoster } from '../../functions/core/roster/import.js';
import { CommandFailure } from '../failure.js';
import { readTextFile } from '../read-roster-file.js';
import { accountInTfvars, fromTfvars } from './from-tfvars.js';
import { fromTfstate } from './from-tfstate.js';
import { countSecrets, isObject, isState } from './state.js';

export interface TerraformContext {
  /** As it was given; null: the file's own. */
  readonly accountId: string | null;
  readonly userPath: string;
  readonly region: string | null;
  /** The account of the credentials, asked for where nothing else names one. */
  connectedAccount(): Promise<string>;
}

/** A draft of what Terraform was told to make, or says that it made, and how many secrets the file holds. */
export interface TerraformDraft {
  readonly draft: RosterDraft;
  readonly secrets: number;
}

/** Throws CommandFailure for a file that is neither variables nor a state in JSON. No value of the file stands in it. */
export async function readTerraformFile(
  name: string,
  cwd: string,
  context: TerraformContext,
): Promise<TerraformDraft> {
  const value = parse(name, await readTextFile(name, cwd, 'file of Terraform'));
  const { userPath, region } = context;
  if (isState(value)) {
    const { facts, strangers } = fromTfstate(value, context.accountId);
    const draft = importRoster(facts, { userPath, pathPrefix: '/', managedOnly: false });
    return {
      draft: { ...draft, leftOut: [...draft.leftOut, ...strangers] },
      secrets: countSecrets(value),
    };
  }
  if ('format_version' in value)
    throw new CommandFailure(
      `${name} is what \`terraform show -json\` prints`,
      'Name the state itself: terraform state pull > terraform.tfstate.',
    );
  if ('encrypted_data' in value)
    throw new CommandFailure(
      `${name} is an encrypted state`,
      'Decrypt it first: tofu state pull > terraform.tfstate.',
    );
  const accountId = context.accountId ?? accountInTfvars(value) ?? (await context.connectedAccount());
  return { draft: fromTfvars(value, { accountId, userPath, region }), secrets: 0 };
}

/** The parser's own message would show a piece of the file. */
function parse(name: string, text: string): Record<string, unknown> {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isObject(value)) return value;
  throw new CommandFailure(
    `${name} is not a map in JSON: only .tfvars.json and state files can be read`,
    [
      'Variables in HCL are converted by `hcl2json terraform.tfvars > terraform.tfvars.json`, or each by',
      "`echo 'jsonencode(var.users)' | terraform console -var-file terraform.tfvars`.",
    ].join('\n'),
  );
}
