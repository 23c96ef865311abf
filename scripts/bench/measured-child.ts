import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** What a program cost, with all processes that it started. */
export interface Measured {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** The most that it and its descendants held in memory at one time, in MB, looked at 20 times a second; null but on Linux. */
  readonly peakMb: number | null;
}

interface Program {
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const lookEveryMs = 50;

export async function measureChild({ file, argv, cwd, env }: Program): Promise<Measured> {
  const from = performance.now();
  const child = spawn(file, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  let peakKb = 0;
  const look = () => (peakKb = Math.max(peakKb, residentKb(child.pid!)));
  const looks = process.platform === 'linux' ? setInterval(look, lookEveryMs) : undefined;
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearInterval(looks);
  const seconds = (performance.now() - from) / 1000;
  return { code, ...written, seconds, peakMb: looks === undefined ? null : peakKb / 1000 };
}

/** VmRSS of a process and of its descendants, together. */
function residentKb(ancestor: number): number {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), statusOf(pid)] as const),
  );
  const descends = (pid: number): boolean => {
    if (pid === ancestor) return true;
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && parent !== 0 && descends(parent);
  };
  return [...parents].reduce((sum, [pid, { residentKb }]) => sum + (descends(pid) ? residentKb : 0), 0);
}

function statusOf(pid: string): { parent: number; residentKb: number } {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It has ended since it was listed, and holds nothing.
  }
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { parent: field('PPid'), residentKb: field('VmRSS') };
}
