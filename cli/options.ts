import { type Command, InvalidArgumentError, Option } from 'commander';

/** What every command understands. */
export interface GlobalOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  /** File of the simulated account. */
  readonly embedded?: string;
  /** File of the deployment's settings. */
  readonly config?: string;
  readonly output: 'table' | 'json';
  /** False with --no-color. */
  readonly color: boolean;
}

export function addGlobalOptions(program: Command): void {
  program
    .option('--profile <name>', "profile of AWS's configuration files")
    .option('--region <name>', 'region of the secrets and of the deployment')
    .option('--endpoint-url <url>', 'send every call there instead of to AWS')
    .option(
      '--embedded <file>',
      'a simulated account instead of AWS; the file keeps its state, secrets included',
    )
    .option('--config <file>', 'settings of the deployment (default: lifecycle.config.ts or .json)')
    .addOption(
      new Option('--output <form>', 'form of the results').choices(['table', 'json']).default('table'),
    )
    .option('--no-color', 'no colours; NO_COLOR in the environment says the same');
}

/** For options that count. */
export function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

export const yesOption = ['-y, --yes', 'do it without asking'] as const;
export const dryRunOption = ['--dry-run', 'show what would be done, and change nothing'] as const;
export const allowDestroyOption = [
  '--allow-destroy <number>',
  'let so many users leave at once, where these are more than a tenth',
] as const;
export const keybaseOption = [
  '--keybase <folder>',
  'folder of the files NAME.asc, to which keybase:NAME in the roster refers',
] as const;
