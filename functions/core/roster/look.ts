import { type SecretFacts, type UserFacts, keyAtStage, stage } from '../facts.js';
import { ssmPathsOf } from '../key-wish.js';
import type { Instant } from '../instants.js';
import type { UserName } from '../names.js';
import { tag } from '../tags.js';
import { inOrder } from './moves.js';
import type { RosterFacts, SeenSshKey, SeenUser } from './roster-facts.js';
import type { Change } from './roster-steps.js';
import type { Roster, RosterUser } from './roster.js';

export interface PlanRules {
  /** true: an operator's own rights; false: those of a function, which reports what it may not do. */
  readonly mayDeploy: boolean;
  /** How many users may leave at once, where these are more than a tenth; null: nobody said so. */
  readonly allowDestroy: number | null;
  /** A function lets a user go only after two looks that are this far apart. */
  readonly settleMs: number;
}

/** The account by name, as every part of the plan asks for it. */
export interface Look {
  readonly roster: Roster;
  readonly rules: PlanRules;
  readonly now: Instant;
  /** The user that has this name, or else the one that has it in another case. */
  readonly user: (name: string) => SeenUser | null;
  /** Is a current key in the store that the user wants its key in? */
  readonly hasKey: (wanted: RosterUser) => boolean;
  readonly hasLogin: (name: string) => boolean;
  readonly sshKeys: (name: string) => readonly SeenSshKey[];
}

export function lookAt(roster: Roster, seen: RosterFacts, rules: PlanRules, now: Instant): Look {
  const byName = new Map(seen.users.map((one) => [one.user.name as string, one]));
  const byFoldedName = new Map(
    inOrder([...byName.keys()]).map((name) => [name.toLowerCase(), byName.get(name)!]),
  );
  const secrets = new Map<string, SecretFacts>(seen.secrets.map((secret) => [secret.userName, secret]));
  const parameterNames = new Set(seen.parameterNames);
  const logins = new Set(seen.logins);
  const sshKeys = new Map(Object.entries(seen.sshKeys));
  return {
    roster,
    rules,
    now,
    user: (name) => byName.get(name) ?? byFoldedName.get(name.toLowerCase()) ?? null,
    hasKey: ({ name, key }) =>
      key?.store === 'ssm'
        ? parameterNames.has(ssmPathsOf(name as UserName, key).credentials)
        : hasCurrentKey(secrets.get(name) ?? null),
    hasLogin: (name) => logins.has(name),
    sshKeys: (name) => sshKeys.get(name) ?? [],
  };
}

/** A secret that is scheduled for deletion serves nobody. */
function hasCurrentKey(secret: SecretFacts | null): boolean {
  return secret?.deletedAt === null && keyAtStage(secret, stage.current) !== null;
}

/** Taken under management by an explicit decision, wherever it lives. */
export function isAdopted({ tags }: UserFacts): boolean {
  return tags[tag.managed] === 'true' && tags[tag.origin] === 'adopted';
}

/** The policies and groups that are there once these changes are made. */
export interface Stock {
  readonly hasPolicy: (arn: string) => boolean;
  /** As JSON text; '' of a policy that is AWS's or not there. */
  readonly documentOf: (policyArn: string) => string;
  readonly hasGroup: (name: string) => boolean;
}

export function stockAfter(seen: RosterFacts, changes: readonly Change[]): Stock {
  const steps = changes.flatMap((change) => change.steps);
  const written = steps.flatMap((step) =>
    step.step === 'CreatePolicy' || step.step === 'UpdatePolicy' ? [step.policy] : [],
  );
  const documents = new Map([
    ...seen.policies.map(({ arn, document }) => [arn, document] as const),
    ...written.map(({ arn, document }) => [arn, JSON.stringify(document)] as const),
  ]);
  const groupNames = new Set([
    ...seen.groups.map(({ name }) => name),
    ...steps.flatMap((step) => (step.step === 'CreateGroup' ? [step.groupName] : [])),
  ]);
  return {
    hasPolicy: (arn) => awsManaged.test(arn) || documents.has(arn),
    documentOf: (policyArn) => documents.get(policyArn) ?? '',
    hasGroup: (name) => groupNames.has(name),
  };
}

const awsManaged = /^arn:aws(-[a-z]+)*:iam::aws:policy\//;
