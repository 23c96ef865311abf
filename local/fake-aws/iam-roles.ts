import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { attachedPolicies } from './iam-policies.js';
import { checkPolicyDocument, iamPage, mergeTags, requireName, requirePath } from './iam-rules.js';
import { alreadyExists, attach, missing, wholeSeconds, type FakeRole, type IamState } from './iam-state.js';
import { reads, writes } from './operation.js';
import { idsToUsers, usersToIds } from './principals.js';
import type { Operations } from './types.js';

const TRUST_POLICY_CHARACTERS = 2048;
const INLINE_CHARACTERS_PER_ROLE = 10_240;

export function roleOperations(state: IamState): Operations {
  return {
    CreateRole: createRole(state),
    GetRole: reads<iam.GetRoleCommandInput, iam.GetRoleCommandOutput>(['RoleName'], (input, { asOf }) => {
      const role = state.role(requireName('roleName', input.RoleName, 64), asOf);
      return { Role: { ...roleSummary(state, role), ...(role.tags.length > 0 && { Tags: [...role.tags] }) } };
    }),
    AttachRolePolicy: writes<iam.AttachRolePolicyCommandInput, iam.AttachRolePolicyCommandOutput>(
      ['RoleName', 'PolicyArn'],
      (input) => {
        const role = state.role(requireName('roleName', input.RoleName, 64));
        state.changeRole(role, { attached: attach(role.attached, state.policy(input.PolicyArn ?? '').arn) });
        return {};
      },
    ),
    DetachRolePolicy: writes<iam.DetachRolePolicyCommandInput, iam.DetachRolePolicyCommandOutput>(
      ['RoleName', 'PolicyArn'],
      (input) => {
        const role = state.role(requireName('roleName', input.RoleName, 64));
        const arn = input.PolicyArn ?? '';
        if (!role.attached.includes(arn)) missing(`Policy ${arn} was not found.`);
        state.changeRole(role, { attached: role.attached.filter((other) => other !== arn) });
        return {};
      },
    ),
    ListAttachedRolePolicies: reads<
      iam.ListAttachedRolePoliciesCommandInput,
      iam.ListAttachedRolePoliciesCommandOutput
    >(['RoleName', 'Marker', 'MaxItems'], (input, { asOf }) => {
      const role = state.role(requireName('roleName', input.RoleName, 64), asOf);
      const { page, more } = iamPage(
        state.world,
        'ListAttachedRolePolicies',
        input,
        role.attached,
        (arn) => arn,
      );
      return { AttachedPolicies: attachedPolicies(page), ...more };
    }),
    PutRolePolicy: writes<iam.PutRolePolicyCommandInput, iam.PutRolePolicyCommandOutput>(
      ['RoleName', 'PolicyName', 'PolicyDocument'],
      (input) => {
        const role = state.role(requireName('roleName', input.RoleName, 64));
        const name = requireName('policyName', input.PolicyName, 128);
        const document = checkPolicyDocument(input.PolicyDocument, INLINE_CHARACTERS_PER_ROLE);
        state.changeRole(role, { inline: { ...role.inline, [name]: document } });
        return {};
      },
    ),
  };
}

function createRole(state: IamState) {
  return writes<iam.CreateRoleCommandInput, iam.CreateRoleCommandOutput>(
    ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Description', 'MaxSessionDuration', 'Tags'],
    (input, { now }) => {
      const name = requireName('roleName', input.RoleName, 64);
      const path = requirePath(input.Path);
      const trust = checkPolicyDocument(input.AssumeRolePolicyDocument, TRUST_POLICY_CHARACTERS);
      if (state.roles.get(name.toLowerCase()) !== undefined)
        alreadyExists(`Role with name ${name} already exists.`);
      const role: FakeRole = {
        name,
        path,
        id: `AROA${state.world.random.base32(17)}`,
        arn: state.arn('role', path, name),
        createdAt: now,
        trustDocument: usersToIds(state, trust, unknownPrincipal),
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration ?? 3600,
        tags: mergeTags([], input.Tags ?? []),
        attached: [],
        inline: {},
      };
      state.roles.set(name.toLowerCase(), role, now);
      return { Role: roleSummary(state, role) };
    },
  );
}

function unknownPrincipal(arn: string): never {
  throw awsError(
    'iam',
    'MalformedPolicyDocumentException',
    400,
    `Invalid principal in policy: "AWS":"${arn}"`,
  );
}

export function roleSummary(state: IamState, role: FakeRole) {
  return {
    RoleName: role.name,
    Path: role.path,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: wholeSeconds(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(idsToUsers(state, role.trustDocument)),
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.description !== undefined && { Description: role.description }),
  };
}
