import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The dev server as its user runs it. */
export class Dev {
  private constructor(
    readonly url: string,
    readonly child: ChildProcess,
    /** What it and its functions have written to stderr so far. */
    readonly log: () => string,
  ) {}

  static async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Dev> {
    const { AWS_ENDPOINT_URL: _endpoint, NODE_OPTIONS: _options, ...own } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'local/dev.ts', '--port', '0', ...args], {
      cwd: root,
      env: { ...own, AWS_REGION: 'eu-west-1', ...env },
    });
    let [said, log] = ['', ''];
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.on('close', (code) => reject(new Error(`dev ended with ${code}: ${log}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/^ready /m.test(said)) resolve();
      });
    });
    return new Dev(/^listening +(http:[^,]+),/m.exec(said)![1]!, child, () => log);
  }

  async call(method: string, place: string, body?: object, headers: Record<string, string> = {}) {
    const response = await fetch(this.url + place, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  depth(queue: string): Promise<unknown> {
    return this.call('GET', '/_local/queues').then(({ body }) => body[queue]);
  }

  /** Ends it as Ctrl-C does; answers its exit code and how many processes its functions had, and which are left. */
  async end(): Promise<{ code: unknown; started: number; left: number[] }> {
    // tsx may have a compiler running beside them. pgrep finds nothing with exit code 1.
    const found = promisify(execFile)('pgrep', ['-P', String(this.child.pid), '-f', 'lambda-worker']).catch(
      () => ({ stdout: '' }),
    );
    const children = (await found).stdout.split('\n').filter(Boolean).map(Number);
    const exited = once(this.child, 'exit');
    this.child.kill('SIGINT');
    const [code] = (await exited) as [number | null];
    return { code, started: children.length, left: children.filter(isAlive) };
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
