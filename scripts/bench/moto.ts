import { spawn, spawnSync } from 'node:child_process';

/** A server of moto that ends with `stop`. */
export interface Moto {
  readonly url: string;
  /** How many requests it has received; it logs a line for each. */
  requests(): Promise<number>;
  /** Forgets everything, and loads AWS's managed policies, which takes a second, before anybody measures. */
  empty(): Promise<void>;
  /** The names of all users. */
  userNames(): Promise<string[]>;
  stop(): void;
}

export const motoIsMissing = "moto_server is not on the PATH; install it with: pip install 'moto[server]'";

export function isOnPath(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Starts it on a free port; fails where it ends before it listens. */
export async function startMoto(env: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', ...env },
  });
  const log = new RequestLog();
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`moto_server ended with ${code}`)));
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log.take(text);
      const [, found] = /Running on (http:\S+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    requests: () => log.settledCount(url),
    async empty() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      await listUsers(url);
    },
    userNames: () => listUsers(url),
    stop: () => void server.kill(),
  };
}

class RequestLog {
  private requests = 0;
  private marks = 0;
  private rest = '';
  private readonly waiting = new Map<number, () => void>();

  take(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, mark] = /"GET \/moto-api\/mark-(\d+) HTTP/.exec(line) ?? [];
      if (mark !== undefined) this.waiting.get(Number(mark))?.();
      else if (/"(?:GET|POST|PUT|DELETE|HEAD) (?!\/moto-api\/)\S* HTTP/.test(line)) this.requests += 1;
    }
  }

  /** The count once all that was answered before is read: a request of our own is logged behind it. */
  async settledCount(url: string): Promise<number> {
    this.marks += 1;
    const mark = this.marks;
    const seen = new Promise<void>((resolve) => this.waiting.set(mark, resolve));
    await fetch(`${url}/moto-api/mark-${mark}`);
    await seen;
    this.waiting.delete(mark);
    return this.requests;
  }
}

/** Asked of moto alone, which checks no signature. */
async function listUsers(url: string): Promise<string[]> {
  const scope = 'bench/20260101/us-east-1/iam/aws4_request';
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'Action=ListUsers&Version=2010-05-08&MaxItems=1000',
  });
  if (!response.ok) throw new Error(`moto answers ListUsers with ${response.status}`);
  return [...(await response.text()).matchAll(/<UserName>([^<]*)</g)].map(([, name]) => name!);
}
