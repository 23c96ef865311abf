import type { Command } from 'commander';
import type { Session } from './session.js';

/** One command: how it is typed, and what it does. */
export interface CliCommand<Options extends object = object> {
  /** Its name and its arguments, as in "status [name]". */
  readonly usage: string;
  readonly summary: string;
  /** Adds its own options, and what its help says beyond them. */
  readonly configure?: (command: Command) => void;
  /** Answers the exit code. */
  readonly run: (
    session: Session,
    args: readonly (string | undefined)[],
    options: Options,
  ) => Promise<number>;
}

/** The registry holds commands of every kind of options; commander makes the options that a command configured. */
export type AnyCommand = CliCommand<never>;

/** How a run ended. A plan with changes has a code of its own, as people know it from Terraform. */
export const exitCode = { done: 0, failed: 1, changes: 2, interrupted: 130 } as const;
