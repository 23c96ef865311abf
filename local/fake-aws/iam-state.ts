import { awsError } from './errors.js';
import { History } from './history.js';
import { KeyRing } from './key-ring.js';
import type { World } from './world.js';

export interface FakeTag {
  readonly Key: string;
  readonly Value: string;
}

export interface FakeAccessKey {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
  /** When the key was created or its status last changed. */
  readonly changedAt: number;
  /** Its place in the credential report, which is not its age: a new key takes the first free one. */
  readonly slot: number;
}

export type OtherCredentialKind = 'ssh-public-key' | 'signing-certificate' | 'service-specific' | 'mfa';

export interface OtherCredential {
  readonly kind: OtherCredentialKind;
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: number;
  readonly serviceName?: string;
  /** Of an SSH key: its type and key, without the comment. */
  readonly body?: string;
}

export interface FakeUser {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly tags: readonly FakeTag[];
  readonly boundaryArn: string | undefined;
  readonly keys: readonly FakeAccessKey[];
  /** ARNs of the attached managed policies. */
  readonly attached: readonly string[];
  readonly inline: Readonly<Record<string, string>>;
  /** Names of groups. */
  readonly groups: readonly string[];
  readonly loginProfile: { readonly createdAt: number; readonly passwordResetRequired: boolean } | undefined;
  readonly otherCredentials: readonly OtherCredential[];
}

export interface FakePolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  /** When a version was last made or made the default. */
  readonly changedAt: number;
  /** The default version's. */
  readonly document: string;
  readonly defaultVersionId: string;
  /** Oldest first. */
  readonly versions: readonly FakePolicyVersion[];
  /** How many versions it ever had: their numbers are not used again. */
  readonly versionsMade: number;
  readonly description: string | undefined;
  readonly tags: readonly FakeTag[];
}

export interface FakePolicyVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly document: string;
}

export interface FakeGroup {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly attached: readonly string[];
  readonly inline: Readonly<Record<string, string>>;
}

export interface FakeRole extends FakeGroup {
  /** With users named by their unique ids, as AWS keeps it. */
  readonly trustDocument: string;
  readonly description: string | undefined;
  readonly maxSessionDuration: number;
  readonly tags: readonly FakeTag[];
}

export interface FakePasswordPolicy {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  /** Days; undefined: passwords do not expire. */
  readonly maxAge: number | undefined;
  readonly reusePrevention: number | undefined;
  readonly hardExpiry: boolean | undefined;
}

export interface LastUse {
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

export const AWS_POLICY_PREFIX = 'arn:aws:iam::aws:';
const LAST_USE_GRANULARITY_MS = 15 * 60_000;

/** Everything IAM knows. Values are immutable; writes replace them at an instant. */
export class IamState {
  readonly users: History<FakeUser>;
  readonly policies: History<FakePolicy>;
  readonly groups: History<FakeGroup>;
  readonly roles: History<FakeRole>;
  readonly lastUses: History<LastUse>;
  /** At most one, under the account's id. */
  readonly passwordPolicies: History<FakePasswordPolicy>;
  readonly keyRing: KeyRing;
  /** Serial numbers; a device stays when it is nobody's. */
  readonly virtualMfaDevices = new Set<string>();
  private readonly lastKnown = new Map<string, FakeUser>();

  constructor(readonly world: World) {
    this.users = new History(world.historyMs);
    this.policies = new History(world.historyMs);
    this.groups = new History(world.historyMs);
    this.roles = new History(world.historyMs);
    this.lastUses = new History(world.historyMs);
    this.passwordPolicies = new History(world.historyMs);
    this.keyRing = new KeyRing(world);
    for (const policy of awsManagedPolicies()) this.policies.set(policy.arn, policy, -Infinity);
  }

  dump() {
    return {
      users: this.users.entries(),
      policies: this.policies.entries(),
      groups: this.groups.entries(),
      roles: this.roles.entries(),
      lastUses: this.lastUses.entries(),
      passwordPolicies: this.passwordPolicies.entries(),
      virtualMfaDevices: [...this.virtualMfaDevices],
      lastKnown: [...this.lastKnown],
      keys: this.keyRing.dump(),
    };
  }

  load(dumped: ReturnType<IamState['dump']>): void {
    this.users.load(dumped.users);
    this.policies.load(dumped.policies);
    this.groups.load(dumped.groups);
    this.roles.load(dumped.roles);
    this.lastUses.load(dumped.lastUses);
    this.passwordPolicies.load(dumped.passwordPolicies);
    for (const serialNumber of dumped.virtualMfaDevices) this.virtualMfaDevices.add(serialNumber);
    for (const [id, user] of dumped.lastKnown) this.lastKnown.set(id, user);
    this.keyRing.load(dumped.keys);
  }

  arn(kind: string, path: string, name: string): string {
    return `arn:aws:iam::${this.world.accountId}:${kind}${path}${name}`;
  }

  /** Names are found whatever their case, as they are unique whatever their case. */
  user(name: string, asOf?: number): FakeUser {
    return this.users.get(name.toLowerCase(), asOf) ?? missing(`The user with name ${name} cannot be found.`);
  }

  group(name: string, asOf?: number): FakeGroup {
    return (
      this.groups.get(name.toLowerCase(), asOf) ?? missing(`The group with name ${name} cannot be found.`)
    );
  }

  role(name: string, asOf?: number): FakeRole {
    return this.roles.get(name.toLowerCase(), asOf) ?? missing(`The role with name ${name} cannot be found.`);
  }

  policy(arn: string, asOf?: number): FakePolicy {
    const known =
      this.policies.get(arn, asOf) ?? (this.world.anyAwsPolicy ? unknownAwsPolicy(arn) : undefined);
    return known ?? missing(`Policy ${arn} does not exist or is not attachable.`);
  }

  /** For writes: AWS's own policies are out of reach. */
  ownPolicy(arn: string | undefined): FakePolicy {
    const policy = this.policy(arn ?? '');
    if (!policy.arn.startsWith(AWS_POLICY_PREFIX)) return policy;
    throw awsError('iam', 'AccessDenied', 403, `Policy ${policy.arn} is outside your own account.`);
  }

  putUser(user: FakeUser): void {
    this.users.set(user.name.toLowerCase(), user, this.world.clock.now());
    this.lastKnown.set(user.id, user);
  }

  changeUser(user: FakeUser, change: Partial<FakeUser>): void {
    this.putUser({ ...user, ...change });
  }

  /** The user whose key this is or was, as he is or last was. */
  ownerOf(accessKeyId: string): FakeUser | undefined {
    return this.lastKnown.get(this.keyRing.ownerOf(accessKeyId) ?? '');
  }

  changePolicy(policy: FakePolicy, change: Partial<FakePolicy>): void {
    this.policies.set(policy.arn, { ...policy, ...change }, this.world.clock.now());
  }

  changeGroup(group: FakeGroup, change: Partial<FakeGroup>): void {
    this.groups.set(group.name.toLowerCase(), { ...group, ...change }, this.world.clock.now());
  }

  changeRole(role: FakeRole, change: Partial<FakeRole>): void {
    this.roles.set(role.name.toLowerCase(), { ...role, ...change }, this.world.clock.now());
  }

  /** At most one use is recorded per 15 minutes, so a use may hide behind an earlier one of another service. */
  recordUse(accessKeyId: string, service: string, region: string): void {
    const now = this.world.clock.now();
    const last = this.lastUses.get(accessKeyId);
    if (last !== undefined && now - last.at < LAST_USE_GRANULARITY_MS) return;
    this.lastUses.set(accessKeyId, { at: now, service, region }, now);
  }
}

export function missing(message: string): never {
  throw awsError('iam', 'NoSuchEntityException', 404, message);
}

export function alreadyExists(message: string): never {
  throw awsError('iam', 'EntityAlreadyExistsException', 409, message);
}

export function deleteConflict(message: string): never {
  throw awsError('iam', 'DeleteConflictException', 409, message);
}

export function limitExceeded(message: string): never {
  throw awsError('iam', 'LimitExceededException', 409, message);
}

export function invalid(message: string): never {
  throw awsError('iam', 'ValidationError', 400, message);
}

/** Ten managed policies a group or role; attaching twice is free. */
export function attach(attached: readonly string[], arn: string): readonly string[] {
  if (attached.includes(arn)) return attached;
  if (attached.length >= 10) limitExceeded('Cannot exceed quota of 10 attached policies');
  return [...attached, arn];
}

/** IAM's answers carry whole seconds. */
export function wholeSeconds(at: number): Date {
  return new Date(Math.floor(at / 1000) * 1000);
}

/** A policy's versions as it is made. */
export function firstVersion(document: string, createdAt: number) {
  const versions: readonly FakePolicyVersion[] = [{ id: 'v1', createdAt, document }];
  return { document, defaultVersionId: 'v1', versions, versionsMade: 1 };
}

const ALLOW_SOME = (action: string) => statement('Allow', action);
const AWS_MANAGED: Readonly<Record<string, string>> = {
  AWSDenyAll: statement('Deny', '*'),
  AdministratorAccess: ALLOW_SOME('*'),
  CloudWatchLogsFullAccess: ALLOW_SOME('logs:*'),
  AmazonSESFullAccess: ALLOW_SOME('ses:*'),
  ReadOnlyAccess: ALLOW_SOME('iam:Get*'),
  AWSCompromisedKeyQuarantineV3: statement('Deny', 'iam:AttachUserPolicy'),
};

function statement(effect: 'Allow' | 'Deny', action: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: [action], Resource: '*' }],
  });
}

function awsManagedPolicies(): FakePolicy[] {
  return Object.entries(AWS_MANAGED).map(([name, document], index) =>
    awsPolicy('/', name, document, String(index).padStart(7, '0')),
  );
}

/** One of the many that AWS has and this account knows nothing of: it can be attached, and allows nothing. */
function unknownAwsPolicy(arn: string): FakePolicy | undefined {
  const [, path = '/', name = ''] = /^arn:aws:iam::aws:policy(\/(?:[\w-]+\/)*)([\w+=,.@-]+)$/.exec(arn) ?? [];
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  return name === '' ? undefined : awsPolicy(path, name, document, 'UNKNOWN');
}

function awsPolicy(path: string, name: string, document: string, idEnd: string): FakePolicy {
  return {
    name,
    path,
    id: `ANPAAWSMANAGED${idEnd}`,
    arn: `arn:aws:iam::aws:policy${path}${name}`,
    createdAt: 0,
    changedAt: 0,
    ...firstVersion(document, 0),
    description: undefined,
    tags: [],
  };
}
