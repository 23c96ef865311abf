import { ssmPathsOf } from '../key-wish.js';
import { userNameRule } from '../names.js';
import type { Path, Tell } from './faults.js';
import { preflightTags } from './preflight-tags.js';
import type { RosterInput, UserInput } from './roster-input.js';
import type { Roster, RosterUser } from './roster.js';

/** IAM user guide, "IAM and AWS STS quotas"; those that can be raised at their defaults. */
const most = {
  users: 5000,
  userNameCharacters: 64,
  policies: 10,
  groups: 10,
  inlineCharacters: 2048,
} as const;
/** Systems Manager API reference, PutParameter. */
const ssm = { nameCharacters: 1011, levels: 15, name: /^[\w.-]+$/, reserved: /^\/(aws|ssm)/i } as const;

/** Tells of everything that IAM, Secrets Manager or SSM would refuse, before anything is written anywhere. */
export function preflight(roster: Roster, input: RosterInput, tell: Tell): void {
  const people = Object.entries(input.people ?? {}).map(([name, entry]) => ({
    entry,
    path: ['people', name],
  }));
  const systemUsers = (input.systemUsers ?? []).map((entry, index) => ({
    entry,
    path: ['systemUsers', index],
  }));
  const written: readonly { entry: UserInput; path: Path }[] = [...people, ...systemUsers];
  const places = new Map<string, Path>();
  for (const [index, user] of roster.users.entries()) {
    const { entry, path } = written[index]!;
    preflightName(user, entry, path, tell);
    preflightTwin(user, path, places, tell);
    preflightPath(user, roster.userPath, path, tell);
    preflightGrants(user, path, tell);
    preflightTags(user, entry, path, tell);
    preflightParameters(user, path, tell);
  }
  if (roster.users.length > most.users)
    tell([], roster.users.length, `there may be at most ${most.users} users`);
  preflightPolicyNames(roster, tell);
}

function preflightName({ kind, name, enabled }: RosterUser, entry: UserInput, path: Path, tell: Tell): void {
  const hasLabel = 'label' in entry;
  // A disabled label builds no name, and who has neither name nor label has been told of.
  if (name === '' && (hasLabel ? !enabled : !('name' in entry))) return;
  if (userNameRule.pattern.test(name)) return;
  const says = `it must be ${userNameRule.says}`;
  if (kind === 'person') return tell(path, name, `its key is the name of an IAM user: ${says}`);
  if (!hasLabel) return tell([...path, 'name'], name, says, path);
  const at = [...path, 'label'];
  const isLong = name.length > most.userNameCharacters;
  const tooLong = `the name that it builds has ${name.length} characters and IAM allows ${most.userNameCharacters}: set id_length_limit: 64`;
  tell(at, name, isLong ? tooLong : `the name that it builds must be ${userNameRule.says}`, at);
}

/** IAM does not tell case apart. */
function preflightTwin({ name }: RosterUser, path: Path, places: Map<string, Path>, tell: Tell): void {
  if (name === '') return;
  const key = name.toLowerCase();
  const first = places.get(key);
  if (first === undefined) places.set(key, path);
  else
    tell(path, name, `${first.join('.')} has the same name: IAM does not tell case apart`, [
      ...path,
      'label',
    ]);
}

function preflightPath(user: RosterUser, userPath: string, path: Path, tell: Tell): void {
  if (user.path.startsWith(userPath)) return;
  const rule = `it must begin with the roster's userPath, ${userPath}: the functions can reach no user elsewhere`;
  tell([...path, 'path'], user.path, rule, ['defaults', 'userPath']);
}

function preflightGrants(user: RosterUser, path: Path, tell: Tell): void {
  const { policyArns, groupNames } = user;
  if (policyArns.length > most.policies)
    tell(
      path,
      policyArns.length,
      `it may have at most ${most.policies} managed policies, those of its roles among them`,
    );
  if (groupNames.length > most.groups)
    tell([...path, 'groups'], groupNames.length, `it may be a member of at most ${most.groups} groups`);
  const characters = Object.values(user.inlinePolicies).join('').length;
  if (characters > most.inlineCharacters)
    tell(
      path,
      characters,
      `its inline policies may have at most ${most.inlineCharacters} characters together`,
    );
}

function preflightParameters({ name, key }: RosterUser, path: Path, tell: Tell): void {
  if (key?.store !== 'ssm' || name === '') return;
  if (!ssm.name.test(name)) {
    tell(
      path,
      name,
      'its access key cannot be kept in ssm, whose parameter names have only letters, digits and . - _: use secretsmanager',
    );
    return;
  }
  const paths = ssmPathsOf(name, key);
  const names = [paths.credentials, paths.secretAccessKey, ...Object.values(paths.sesSmtpPasswordV4)];
  const longest = names.toSorted((one, other) => other.length - one.length)[0]!;
  const levels = Math.max(...names.map((each) => each.split('/').length - 1));
  const at = [...path, 'store', 'basePath'];
  if (longest.length > ssm.nameCharacters)
    tell(
      at,
      key.basePath,
      `a parameter's name may have at most ${ssm.nameCharacters} characters: ${longest} has ${longest.length}`,
    );
  if (levels > ssm.levels) tell(at, key.basePath, `a parameter's name may have at most ${ssm.levels} levels`);
  if (ssm.reserved.test(longest))
    tell(at, key.basePath, 'it must not begin with aws or ssm, which SSM keeps for AWS');
}

function preflightPolicyNames({ policies }: Roster, tell: Tell): void {
  const seen = new Set<string>();
  for (const { name } of policies) {
    if (seen.has(name.toLowerCase()))
      tell(['groups'], name, 'another policy of the roster has the same name');
    seen.add(name.toLowerCase());
  }
}
