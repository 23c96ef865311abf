import type { Clock } from '../../functions/aws/clock.js';
import { Random } from './random.js';
import type { Call, FakeAwsOptions } from './types.js';

/** What all services of one account share. */
export interface World {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly random: Random;
  readonly historyMs: number;
  readonly anyAwsPolicy: boolean;
  readonly atomicKeyLimit: boolean;
  readonly mintedSecrets: string[];
  pageSize(operation: string, max: number): number;
  idOf(kind: 'user' | 'key', userName: string): string | undefined;
  keyUsableAfterMs(): number;
  keyUsableAfterDeleteMs(): number;
  failEntry(call: Call, index: number): boolean;
  deliveryDelayMs(): number;
}

const TEN_MINUTES_MS = 600_000;

export function createWorld(options: FakeAwsOptions): World {
  return {
    clock: options.clock,
    accountId: options.accountId ?? '123456789012',
    region: options.region ?? 'eu-west-1',
    random: new Random(options.seed ?? 1),
    historyMs: options.historyMs ?? TEN_MINUTES_MS,
    anyAwsPolicy: options.anyAwsPolicy ?? false,
    atomicKeyLimit: options.atomicKeyLimit ?? true,
    mintedSecrets: [],
    pageSize: options.pageSize ?? ((_operation, max) => max),
    idOf: options.idOf ?? (() => undefined),
    keyUsableAfterMs: options.keyUsableAfterMs ?? (() => 0),
    keyUsableAfterDeleteMs: options.keyUsableAfterDeleteMs ?? (() => 0),
    failEntry: options.failEntry ?? (() => false),
    deliveryDelayMs: options.deliveryDelayMs ?? (() => 0),
  };
}

/** Forty characters that nobody can mistake for anything else, with the `+` and `/` of real ones. */
export function mintSecret(world: World): string {
  const number = String(world.mintedSecrets.length + 1).padStart(6, '0');
  const secret = `CANARY${number}+/${world.random.base64(26)}`;
  world.mintedSecrets.push(secret);
  return secret;
}
