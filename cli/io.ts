import { createInterface } from 'node:readline/promises';
import type { Clock } from '../functions/aws/clock.js';
import { systemClock } from '../functions/aws/clock.js';

/** Somewhere to write to; on a terminal, with its width. */
export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** What a command has around it: the process, or a test. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, questions and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Asks whoever sits at the terminal; null where nobody does. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** Calls back at each Ctrl-C, until the answer is called. */
  onInterrupt(listener: () => void): () => void;
}

export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  return {
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    ask: stdin.isTTY && stderr.isTTY ? askOnTerminal : null,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}

/** A stream that is no terminal has no `isTTY`. */
function outputOf(stream: { readonly isTTY?: boolean; write(text: string): unknown }): Output {
  return { isTerminal: stream.isTTY ?? false, write: (text) => void stream.write(text) };
}

async function askOnTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is in raw mode meanwhile: Ctrl-C reaches readline and nobody else.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
