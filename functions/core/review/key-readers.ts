import type { Instant } from '../instants.js';
import { type TrailEvent, textOf } from './trail-event.js';

/** Somebody who fetched the user's key from its secret, and so would miss it. */
export interface KeyReader {
  /** ARN of the user, or of the role whose sessions did; else what the event tells. */
  readonly principal: string;
  readonly times: number;
  readonly lastAt: Instant;
  readonly regions: readonly string[];
}

/** The secret whose readers are looked for. */
export interface ReadSecret {
  readonly name: string;
  readonly arn: string;
}

/** Who read one of these secrets, the latest first. The rotation's own test reads AWSPENDING, and does not count. */
export function readersOf(events: readonly TrailEvent[], secrets: readonly ReadSecret[]): KeyReader[] {
  const readers = new Map<string, KeyReader>();
  for (const { name, error, parameters, by, at, region } of events) {
    if (name !== 'GetSecretValue' || error !== null || parameters['versionStage'] === 'AWSPENDING') continue;
    const secretId = textOf(parameters['secretId']);
    if (secretId === null || !secrets.some((secret) => isMeant(secret, secretId))) continue;
    const principal = by.issuer.arn ?? by.arn ?? by.id ?? by.type;
    const before = readers.get(principal);
    readers.set(principal, {
      principal,
      times: (before?.times ?? 0) + 1,
      lastAt: Math.max(before?.lastAt ?? at, at),
      regions: [...new Set([...(before?.regions ?? []), region])].toSorted(),
    });
  }
  return [...readers.values()].toSorted((one, other) => other.lastAt - one.lastAt);
}

/** A secret is asked for by name, by ARN, or by its ARN without the suffix; a replica's has another region. */
function isMeant({ name, arn }: ReadSecret, secretId: string): boolean {
  if (secretId === name) return true;
  const [asked, own] = [withoutRegion(secretId), withoutRegion(arn)];
  return asked === own || asked === own.replace(/-[A-Za-z0-9]{6}$/, '');
}

function withoutRegion(secretArn: string): string {
  return secretArn.replace(/^(arn:[^:]*:secretsmanager:)[^:]*/, '$1');
}
