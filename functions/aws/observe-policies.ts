import {
  EntityType,
  type GetAccountAuthorizationDetailsCommandOutput,
  type IAMClient,
  type PolicyDetail,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import type { UserFacts } from '../core/facts.js';
import type { PolicySource } from '../core/review/policy-statements.js';
import { toUserFacts } from './observe.js';

const entriesPerPage = 1000;

export interface SeenIdentities {
  readonly users: readonly UserFacts[];
  /** Trust policies, inline policies, and the default versions of the account's own managed policies. */
  readonly policies: readonly PolicySource[];
}

/** All of the account's identities and their policies in O(entries / 1000) calls. A page that fails fails it all. */
export async function observePolicies(iam: IAMClient): Promise<SeenIdentities> {
  const users: UserFacts[] = [];
  const policies: PolicySource[] = [];
  const pages = paginateGetAccountAuthorizationDetails(
    { client: iam, pageSize: entriesPerPage },
    { Filter: [EntityType.User, EntityType.Group, EntityType.Role, EntityType.LocalManagedPolicy] },
  );
  for await (const page of pages) {
    users.push(...(page.UserDetailList ?? []).map(toUserFacts));
    policies.push(...policiesOf(page));
  }
  return { users, policies };
}

function policiesOf(page: GetAccountAuthorizationDetailsCommandOutput): PolicySource[] {
  const { RoleDetailList = [], GroupDetailList = [], UserDetailList = [], Policies = [] } = page;
  return [
    ...RoleDetailList.flatMap((role) => [
      {
        what: `trust policy of role ${role.RoleName}`,
        arn: role.Arn!,
        document: role.AssumeRolePolicyDocument!,
      },
      ...inlineOf(`role ${role.RoleName}`, role.Arn!, role.RolePolicyList),
    ]),
    ...GroupDetailList.flatMap((group) =>
      inlineOf(`group ${group.GroupName}`, group.Arn!, group.GroupPolicyList),
    ),
    ...UserDetailList.flatMap((user) => inlineOf(`user ${user.UserName}`, user.Arn!, user.UserPolicyList)),
    ...Policies.flatMap(({ Arn, PolicyVersionList = [] }) => {
      const used = PolicyVersionList.find((version) => version.IsDefaultVersion);
      const name = Arn!.slice(Arn!.lastIndexOf('/') + 1);
      return [{ what: `managed policy ${name}`, arn: Arn!, document: used!.Document! }];
    }),
  ];
}

function inlineOf(holder: string, arn: string, policies: readonly PolicyDetail[] = []): PolicySource[] {
  return policies.map(({ PolicyName, PolicyDocument }) => ({
    what: `policy ${PolicyName} of ${holder}`,
    arn,
    document: PolicyDocument!,
  }));
}
