import { PutParameterCommand, type PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { FakeAws, Invocation, VirtualClock, type FakeAwsOptions } from '../../../local/fake-aws/fake-aws.js';

export const START = Date.parse('2026-03-01T12:00:00.700Z');
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** An account at noon of March 1 whose calls take no time unless a test says otherwise. */
export function newAccount(options: Partial<Omit<FakeAwsOptions, 'clock'>> = {}) {
  const clock = new VirtualClock(START);
  const aws = new FakeAws({ latencyMs: () => 0, ...options, clock });
  const clients = aws.clients(new Invocation('test'));
  const later = (ms: number) => clock.advanceTo(clock.now() + ms);
  return { clock, aws, clients, later, ...clients };
}

/** An account, and the one call that most of these tests vary. */
export function newParameterStore(options: Parameters<typeof newAccount>[0] = {}) {
  const account = newAccount(options);
  const put = (input: Partial<PutParameterCommandInput>) => () =>
    account.ssm.send(
      new PutParameterCommand({ Name: '/app/key', Value: 'value', Type: 'SecureString', ...input }),
    );
  return { ...account, put };
}

export function policy(effect: 'Allow' | 'Deny', action: string, resource = '*'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: action, Resource: resource }],
  });
}

/** A policy of exactly so many characters, white space not counted. */
export function policyOfSize(size: number): string {
  const empty = policy('Allow', '', '*').length;
  return policy('Allow', 'a'.repeat(size - empty), '*');
}

/** The name of the error that a call ends with, or 'ok'. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error: Error) => error.name,
  );
}

/** Tries all cases one after the other, as the account's state demands. */
export async function outcomes(calls: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const names: string[] = [];
  for (const call of calls) names.push(await outcome(call()));
  return names;
}

/** Something like a public key of `bits` bits; `number` tells one from the other. */
export function sshKey(number: number, bits = 2048): string {
  return sshRsaKey(Buffer.from([1, 0, 1]), Buffer.alloc(bits / 8, 128 + number));
}

/** OpenSSH's form, as RFC 4253 writes it. */
export function sshRsaKey(exponent: Buffer, modulus: Buffer): string {
  // A positive number begins with a zero byte where its highest bit is set.
  const positive = Buffer.concat([Buffer.from([0]), modulus]);
  const parts = [Buffer.from('ssh-rsa'), exponent, positive].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')}`;
}
