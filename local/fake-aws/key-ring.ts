import { createHash } from 'node:crypto';
import type { FakeUser } from './iam-state.js';
import { mintSecret, type World } from './world.js';

interface Transition {
  readonly at: number;
  readonly usable: boolean;
}

/** What may be told about an issued key: never its secret. */
export interface KeyRecord {
  readonly id: string;
  readonly ownerId: string;
  readonly createdAt: number;
  readonly deletedAt: number | undefined;
  /** SHA-256 in hexadecimal. */
  readonly secretHash: string;
}

/** A key as the authenticating side sees it; never forgotten, so that a deleted key keeps its owner. */
interface IssuedKey extends KeyRecord {
  readonly secret: string;
  deletedAt: number | undefined;
  readonly transitions: Transition[];
}

/** Every access key ever made, and from when until when requests signed with it are accepted. */
export class KeyRing {
  private readonly keys = new Map<string, IssuedKey>();
  private readonly idsByOwner = new Map<string, string[]>();

  constructor(private readonly world: World) {}

  issue(owner: FakeUser): { id: string; secret: string } {
    const now = this.world.clock.now();
    const secret = mintSecret(this.world);
    const key: IssuedKey = {
      id: this.world.idOf('key', owner.name) ?? `AKIA${this.world.random.base32(16)}`,
      secret,
      secretHash: createHash('sha256').update(secret).digest('hex'),
      ownerId: owner.id,
      createdAt: now,
      deletedAt: undefined,
      transitions: [{ at: now + this.world.keyUsableAfterMs(), usable: true }],
    };
    this.keys.set(key.id, key);
    this.idsByOwner.set(owner.id, [...(this.idsByOwner.get(owner.id) ?? []), key.id]);
    return key;
  }

  activate(id: string): void {
    this.transition(id, this.world.keyUsableAfterMs(), true);
  }

  deactivate(id: string): void {
    this.transition(id, this.world.keyUsableAfterDeleteMs(), false);
  }

  delete(id: string): void {
    this.deactivate(id);
    const key = this.keys.get(id);
    if (key !== undefined) key.deletedAt = this.world.clock.now();
  }

  isUsable(id: string): boolean {
    const now = this.world.clock.now();
    return this.keys.get(id)?.transitions.findLast((transition) => transition.at <= now)?.usable ?? false;
  }

  secretOf(id: string): string | undefined {
    return this.keys.get(id)?.secret;
  }

  /** The unique id of the user whose key this is or was. */
  ownerOf(id: string): string | undefined {
    return this.keys.get(id)?.ownerId;
  }

  record(id: string): KeyRecord | undefined {
    const key = this.keys.get(id);
    if (key === undefined) return undefined;
    const { secret: _secret, transitions: _transitions, ...record } = key;
    return record;
  }

  /** The existing and deleted keys of a user, oldest first. */
  recordsOf(ownerId: string): KeyRecord[] {
    return (this.idsByOwner.get(ownerId) ?? [])
      .map((id) => this.record(id))
      .filter((record) => record !== undefined);
  }

  /** Secrets among it. */
  dump(): readonly IssuedKey[] {
    return [...this.keys.values()];
  }

  load(keys: readonly IssuedKey[]): void {
    for (const key of keys) {
      this.keys.set(key.id, { ...key, transitions: [...key.transitions] });
      this.idsByOwner.set(key.ownerId, [...(this.idsByOwner.get(key.ownerId) ?? []), key.id]);
    }
  }

  /** Changes of one key arrive in the order in which they were made. */
  private transition(id: string, afterMs: number, usable: boolean): void {
    const transitions = this.keys.get(id)?.transitions;
    if (transitions === undefined) return;
    const at = Math.max(this.world.clock.now() + afterMs, transitions.at(-1)?.at ?? 0);
    transitions.push({ at, usable });
  }
}
