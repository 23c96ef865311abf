import { InvalidValue } from '../invalid-value.js';
import { type Tell, partsOf } from './faults.js';
import { type GroupSettings, type StandardGroup, buildGroups, defaultGroupSettings } from './groups.js';
import type { RosterAccount } from './roster-policy.js';
import type { GroupsInput } from './roster-input.js';
import type { RosterGroup, RosterPolicy } from './roster.js';

/** The field by which each setting is written. */
const fieldOfSetting = {
  enableIamGroups: 'enableIamGroups',
  shouldRequireMfa: 'shouldRequireMfa',
  groupPath: 'groupPath',
  cloudtrailKmsKeyArn: 'cloudtrailKmsKeyArn',
  autoDeployPermissions: 'autoDeployPermissions',
  developersPermittedServices: 'iamGroupDevelopersPermittedServices',
  developersS3BucketPrefix: 'iamGroupDevelopersS3BucketPrefix',
  crossAccount: 'iamGroupsForCrossAccountAccess',
  crossAccountAllGroupName: 'crossAccountAccessAllGroupName',
  sshGruntUsers: 'iamGroupNamesSshGruntUsers',
  sshGruntSudoUsers: 'iamGroupNamesSshGruntSudoUsers',
  selfMgmtPolicyName: 'iamPolicyIamUserSelfMgmt',
} as const satisfies Partial<Record<keyof GroupSettings, keyof GroupsInput>>;

/** The groups and their policies; a roster that says nothing of groups has none. */
export function resolveGroups(
  input: GroupsInput | undefined,
  account: RosterAccount,
  tell: Tell,
): { groups: readonly RosterGroup[]; policies: readonly RosterPolicy[] } {
  if (input === undefined) return { groups: [], policies: [] };
  try {
    return buildGroups(settingsOf(input), account);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    tell(['groups', ...pathOf(error.field)], error.value, `it must be ${error.rule}`);
    return { groups: [], policies: [] };
  }
}

function settingsOf(input: GroupsInput): GroupSettings {
  const { shouldCreate, names } = defaultGroupSettings;
  const plain = Object.entries(fieldOfSetting).flatMap(([setting, field]) =>
    input[field] === undefined ? [] : [[setting, input[field]] as const],
  );
  return {
    ...defaultGroupSettings,
    ...Object.fromEntries(plain),
    shouldCreate: mapGroups(
      shouldCreate,
      (group, value) => input[`shouldCreateIamGroup${capital(group)}`] ?? value,
    ),
    names: mapGroups(names, (group, value) => input[`iamGroupName${capital(group)}`] ?? value),
  };
}

function mapGroups<Value>(
  record: Readonly<Record<StandardGroup, Value>>,
  map: (group: StandardGroup, value: Value) => Value,
): Record<StandardGroup, Value> {
  const entries = Object.entries(record) as [StandardGroup, Value][];
  return Object.fromEntries(entries.map(([group, value]) => [group, map(group, value)])) as Record<
    StandardGroup,
    Value
  >;
}

function capital<Group extends string>(group: Group): Capitalize<Group> {
  return (group.charAt(0).toUpperCase() + group.slice(1)) as Capitalize<Group>;
}

/** "names.fullAccess" is written as iamGroupNameFullAccess, "crossAccount[0].groupName" as iamGroupsForCrossAccountAccess.0.groupName. */
function pathOf(setting: string): (string | number)[] {
  const [first = '', ...rest] = partsOf(setting);
  const [group] = rest;
  if (first === 'names' && typeof group === 'string') return [`iamGroupName${capital(group)}`];
  if (first === 'shouldCreate' && typeof group === 'string') return [`shouldCreateIamGroup${capital(group)}`];
  const field = Object.entries(fieldOfSetting).find(([name]) => name === first)?.[1];
  return [field ?? first, ...rest];
}
