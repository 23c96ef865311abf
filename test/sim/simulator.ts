import { spawn } from 'node:child_process';

export interface Simulated {
  readonly code: number;
  readonly output: string;
}

/**
 * The simulator in a process of its own: jest's module sandbox makes the same runs three times as slow. `root` is the
 * folder whose sources are simulated.
 */
export function simulator(options: string, root = process.cwd()): Promise<Simulated> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', `${root}/local/sim.ts`, ...options.split(' ')]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

/** "rotate, every pair of faults: 1347 runs, 0 failed" -> 1347, or 0 where no such line was printed. */
export function runsOf(output: string, title: string): number {
  const line = output.split('\n').find((text) => text.startsWith(`${title}: `));
  return Number(/: (\d+) runs, 0 failed$/.exec(line ?? '')?.[1] ?? 0);
}
