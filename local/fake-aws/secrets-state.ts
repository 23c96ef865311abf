import { awsError } from './errors.js';
import { History } from './history.js';
import type { FakeTag } from './iam-state.js';
import type { World } from './world.js';

export interface FakeSecretVersion {
  readonly id: string;
  readonly value: string;
  readonly createdAt: number;
  readonly stages: readonly string[];
}

export interface FakeSecret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly description: string | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: readonly FakeTag[];
  /** The resource policy, as JSON text. */
  readonly policy: string | undefined;
  /** Oldest first, those without a stage included. */
  readonly versions: readonly FakeSecretVersion[];
  /** The regions of its replicas. */
  readonly replicaRegions: readonly string[];
  readonly deletedAt: number | undefined;
  /** When a deleted secret is gone and its name free. */
  readonly purgeAt: number | undefined;
}

const VERSIONS_KEPT = 100;
const DAY_MS = 86_400_000;

export class SecretsState {
  private readonly secrets: History<FakeSecret>;

  constructor(readonly world: World) {
    this.secrets = new History(world.historyMs);
  }

  dump() {
    return this.secrets.entries();
  }

  load(dumped: ReturnType<SecretsState['dump']>): void {
    this.secrets.load(dumped);
  }

  all(asOf?: number): FakeSecret[] {
    const at = asOf ?? this.world.clock.now();
    return this.secrets.values(asOf).filter((secret) => !isPurged(secret, at));
  }

  named(name: string, asOf?: number): FakeSecret | undefined {
    const secret = this.secrets.get(name, asOf);
    return secret === undefined || isPurged(secret, asOf ?? this.world.clock.now()) ? undefined : secret;
  }

  put(secret: FakeSecret): void {
    this.secrets.set(secret.name, secret, this.world.clock.now());
  }

  /**
   * Finds a secret by name, ARN or ARN without the random suffix. As in AWS an ARN without the suffix fails for a name
   * that itself ends in a hyphen and six characters: they are taken for the suffix.
   */
  find(secretId: string | undefined, asOf?: number): FakeSecret {
    const id = secretId ?? '';
    const prefix = `arn:aws:secretsmanager:${this.world.region}:${this.world.accountId}:secret:`;
    if (!id.startsWith('arn:')) return this.named(id, asOf) ?? notFound();
    if (!id.startsWith(prefix)) return notFound();
    const rest = id.slice(prefix.length);
    const suffix = /-[A-Za-z0-9]{6}$/.exec(rest);
    if (suffix === null) return this.named(rest, asOf) ?? notFound();
    const secret = this.named(rest.slice(0, suffix.index), asOf);
    return secret?.arn === id ? secret : notFound();
  }

  /** As `find`, for everything that a secret awaiting its deletion refuses. */
  findLive(secretId: string | undefined, asOf?: number): FakeSecret {
    const secret = this.find(secretId, asOf);
    if (secret.deletedAt !== undefined) {
      refuse("You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }
}

function isPurged(secret: FakeSecret, at: number): boolean {
  return secret.purgeAt !== undefined && secret.purgeAt <= at;
}

/** Attaches labels to a version, taking them from wherever they were; AWSPREVIOUS follows AWSCURRENT. */
export function moveStages(
  versions: readonly FakeSecretVersion[],
  toId: string,
  stages: readonly string[],
): FakeSecretVersion[] {
  const current = versions.find((version) => version.stages.includes('AWSCURRENT'));
  const currentLeaves = stages.includes('AWSCURRENT') && current !== undefined && current.id !== toId;
  const moved = versions.map((version) => {
    const kept = version.stages.filter((stage) => !stages.includes(stage));
    return { ...version, stages: version.id === toId ? [...kept, ...stages] : kept };
  });
  return currentLeaves ? moveStages(moved, current.id, ['AWSPREVIOUS']) : moved;
}

/** Versions without a label are removed beyond about a hundred, but none within a day. */
export function dropOldVersions(versions: readonly FakeSecretVersion[], now: number): FakeSecretVersion[] {
  let surplus = versions.length - VERSIONS_KEPT;
  return versions.filter((version) => {
    const isDropped = surplus > 0 && version.stages.length === 0 && now - version.createdAt > DAY_MS;
    if (isDropped) surplus -= 1;
    return !isDropped;
  });
}

export function notFound(message = "Secrets Manager can't find the specified secret."): never {
  throw awsError('secretsmanager', 'ResourceNotFoundException', 400, message);
}

export function refuse(message: string): never {
  throw awsError('secretsmanager', 'InvalidRequestException', 400, message);
}

export function badParameter(message: string): never {
  throw awsError('secretsmanager', 'InvalidParameterException', 400, message);
}

export function badValue(message: string): never {
  throw awsError('secretsmanager', 'ValidationException', 400, message);
}

export function exists(message: string): never {
  throw awsError('secretsmanager', 'ResourceExistsException', 400, message);
}
