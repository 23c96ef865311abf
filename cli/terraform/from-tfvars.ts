import { InvalidValue } from '../../functions/core/invalid-value.js';
import type { DraftNote, RosterDraft } from '../../functions/core/roster/draft.js';
import { resolveRoster } from '../../functions/core/roster/resolve.js';
import type { RosterInput } from '../../functions/core/roster/roster-input.js';
import { md5 } from '../../functions/shell/md5.js';
import { rosterSchema } from '../../functions/shell/roster-schema.js';
import { isObject } from './state.js';

/** What the variables do not say. */
export interface TfvarsContext {
  readonly accountId: string;
  readonly userPath: string;
  /** The provider's, for SES; null: not known. */
  readonly region: string | null;
}

type Variables = Readonly<Record<string, unknown>>;

/** A roster as it is written, under the variables' own names, which a roster knows too. */
interface Raw {
  readonly value: Record<string, unknown>;
  readonly notes: DraftNote[];
}

/**
 * The roster that the variables of one of four Terraform modules ask for: the tutorial's iam_users, Gruntwork's
 * iam-users-and-groups, cloudposse's iam-system-user and iam-s3-user. Throws InvalidValue for any other variables.
 */
export function fromTfvars(variables: Variables, context: TfvarsContext): RosterDraft {
  const { value, notes } = rawOf(variables, context);
  const input = canonical(value, notes);
  const head = 'Users that are there already are taken over one by one: iam-lifecycle adopt NAME.';
  return {
    input: withExistingGroups(input),
    notes: [{ path: [], says: head }, ...notes],
    leftOut: [],
    rosterMade: [],
  };
}

/** The account that the variables name, by itself or in the ARNs of roles; null where they name none. */
export function accountInTfvars(variables: Variables): string | null {
  if (typeof variables['aws_account_id'] === 'string') return variables['aws_account_id'];
  const roles = isObject(variables['assumable_roles']) ? Object.values(variables['assumable_roles']) : [];
  const accounts = new Set(roles.flatMap((role) => /:iam::(\d{12}):/.exec(JSON.stringify(role))?.[1] ?? []));
  const [only] = accounts;
  return accounts.size === 1 && only !== undefined ? only : null;
}

function rawOf(variables: Variables, context: TfvarsContext): Raw {
  const has = (...names: string[]) => names.some((name) => variables[name] !== undefined);
  if (has('iam_users')) return fromTutorial(variables, context);
  if (has('users', 'aws_account_id', 'iam_groups_for_cross_account_access'))
    return fromGruntwork(variables, context);
  if (has('s3_resources', 's3_actions')) return fromSystemUser(variables, context, false);
  if (has(...labelInputs.filter((name) => name !== 'tags'), 'policy_arns', 'policy_arns_map'))
    return fromSystemUser(variables, context, true);
  const known = 'iam_users (the tutorial), users (Gruntwork), s3_resources or name (cloudposse)';
  throw new InvalidValue('variables', Object.keys(variables).join(', '), `of a known module: ${known}`);
}

function fromTutorial(variables: Variables, { accountId, userPath }: TfvarsContext): Raw {
  const users = mapOf(variables, 'iam_users');
  const given = isObject(variables['assumable_roles']) ? variables['assumable_roles'] : {};
  const arns = Object.entries(given).map(([key, role]) => [key, arnOfRole(role, `assumable_roles.${key}`)]);
  const assumableRoles: Record<string, unknown> = Object.fromEntries(arns);
  const notes: DraftNote[] = [];
  const named = Object.values(users).flatMap((user) =>
    isObject(user) && Array.isArray(user['roles']) ? user['roles'] : [],
  );
  for (const key of new Set(named.filter((one): one is string => typeof one === 'string'))) {
    if (Object.hasOwn(assumableRoles, key)) continue;
    assumableRoles[key] = `arn:aws:iam::${accountId}:role/${pascal(key)}Role`;
    const says = `The variables do not say which role this is: the name is taken from its key. Look at it.`;
    notes.push({ path: ['assumableRoles', key], says });
  }
  const says =
    'In Terraform these users left at once; here they leave through a quarantine, unless defaults.forceDestroy is true.';
  notes.push({ path: ['people'], says });
  return { value: { accountId, assumableRoles, defaults: { userPath }, people: users }, notes };
}

/** An ARN, or the attributes of an aws_iam_role. */
function arnOfRole(role: unknown, field: string): unknown {
  if (typeof role === 'string') return role;
  if (isObject(role) && typeof role['arn'] === 'string') return role['arn'];
  throw new InvalidValue(field, typeof role, 'the ARN of a role, or a map with its arn');
}

function pascal(key: string): string {
  return key
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

const unusedByGruntwork = [
  'iam_role_tags',
  'max_session_duration_human_users',
  'max_session_duration_machine_users',
];

function fromGruntwork(variables: Variables, { accountId, userPath }: TfvarsContext): Raw {
  const notes: DraftNote[] = [];
  const {
    aws_account_id: _account,
    users: _users,
    force_destroy_users: forceDestroy,
    password_reset_required: passwordResetRequired,
    minimum_password_length: passwordLength,
    aws_region: region,
    ...others
  } = variables;
  const groups = Object.fromEntries(
    Object.entries(others).filter(([name]) => !unusedByGruntwork.includes(name)),
  );
  const people: [string, unknown][] = [];
  for (const [name, user] of Object.entries(mapOf(variables, 'users'))) {
    const path = ['people', name];
    people.push([name, isObject(user) ? withoutForeignPath(user, userPath, path, notes) : user]);
    if (isObject(user) && user['create_login_profile'] === true && user['pgp_key'] == null)
      notes.push({
        path,
        says: 'Without pgp_key the module made no login: here its password becomes a secret that this user alone reads.',
      });
  }
  const defaults = { userPath, forceDestroy, passwordResetRequired, passwordLength, region };
  return { value: { accountId, defaults, groups, people: Object.fromEntries(people) }, notes };
}

/** The inputs of null-label; all others are the module's own. */
const labelInputs =
  'context enabled namespace tenant environment stage name delimiter attributes labels_as_tags tags additional_tag_map label_order regex_replace_chars id_length_limit label_key_case label_value_case descriptor_formats'.split(
    ' ',
  );

function fromSystemUser(
  variables: Variables,
  { accountId, userPath, region: ofProvider }: TfvarsContext,
  isSsmUsual: boolean,
): Raw {
  const notes: DraftNote[] = [];
  const path = ['systemUsers', 0];
  const { region: given, ...inputs } = variables;
  const region = typeof given === 'string' ? given : ofProvider;
  const label = Object.fromEntries(Object.entries(inputs).filter(([name]) => labelInputs.includes(name)));
  const own = Object.fromEntries(Object.entries(inputs).filter(([name]) => !labelInputs.includes(name)));
  const isSsm = (own['ssm_enabled'] ?? isSsmUsual) === true && own['create_iam_access_key'] !== false;
  if (isSsm) own['ssm_enabled'] = true;
  else delete own['ssm_base_path'];
  if (!isSsm || region === null) {
    if (isSsm && own['ssm_ses_smtp_password_enabled'] === true)
      notes.push({
        path,
        says: 'The SES SMTP password is good for one region, which the variables do not name: add sesSmtpPassword: [REGION] to its store.',
      });
    delete own['ssm_ses_smtp_password_enabled'];
  }
  const user = { label, ...withoutForeignPath(own, userPath, path, notes) };
  const defaults = { userPath, ...(region === null ? {} : { region }) };
  return { value: { accountId, defaults, systemUsers: [user] }, notes };
}

/** A path where no function reaches: the user keeps it where it exists, and a new one is made elsewhere. */
function withoutForeignPath(
  user: Variables,
  userPath: string,
  place: DraftNote['path'],
  notes: DraftNote[],
): Record<string, unknown> {
  const { path, ...others } = user;
  if (typeof path !== 'string' || path.startsWith(userPath)) return { ...user };
  const says = `Its path was ${path}, where the functions reach nobody: an existing user keeps it, a new one is made under ${userPath}.`;
  notes.push({ path: place, says });
  return others;
}

/** The fields under their names of here. What a roster does not know is left out, and said so. */
function canonical(value: Record<string, unknown>, notes: DraftNote[]): RosterInput {
  for (;;) {
    const result = rosterSchema.safeParse(value);
    if (result.success) return withoutUndefined(result.data) as RosterInput;
    for (const issue of result.error.issues) {
      const path = issue.path.filter((part) => typeof part !== 'symbol');
      if (issue.code !== 'unrecognized_keys')
        throw new InvalidValue(path.join('.'), '(not shown)', issue.message.replace(/^it must be /, ''));
      const holder = path.reduce<unknown>((at, part) => (at as Variables)[part], value);
      for (const key of issue.keys) {
        delete (holder as Record<string, unknown>)[key];
        const place = path.slice(0, 2);
        const where = ['people', 'systemUsers'].includes(String(place[0])) && place.length === 2 ? place : [];
        notes.push({ path: where, says: `Not taken over, since a roster has no such field: ${key}.` });
      }
    }
  }
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Groups that users are in and that nothing here makes are made elsewhere. */
function withExistingGroups(input: RosterInput): RosterInput {
  const unknown = resolveRoster(input, md5).faults.flatMap(({ path, value, about }) =>
    path[0] === 'people' && path[2] === 'groups' && about?.[0] === 'groups' ? [String(value)] : [],
  );
  if (unknown.length === 0) return input;
  const groups = input.groups ?? { enableIamGroups: false };
  const existing = [...new Set([...(groups.existing ?? []), ...unknown])];
  return { ...input, groups: { ...groups, existing } };
}

function mapOf(variables: Variables, name: string): Record<string, unknown> {
  const value = variables[name] ?? {};
  if (!isObject(value)) throw new InvalidValue(name, typeof value, 'a map by user name');
  return value;
}
