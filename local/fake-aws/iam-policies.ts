import type * as iam from '@aws-sdk/client-iam';
import {
  checkPolicyDocument,
  iamPage,
  MANAGED_POLICY_CHARACTERS,
  mergeTags,
  requireName,
  requirePath,
  sizeOf,
} from './iam-rules.js';
import {
  alreadyExists,
  AWS_POLICY_PREFIX,
  deleteConflict,
  firstVersion,
  invalid,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakePolicy,
  type IamState,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const MANAGED_POLICIES_PER_USER = 10;
const INLINE_CHARACTERS_PER_USER = 2048;
const POLICIES_PER_ACCOUNT = 1500;
const DESCRIPTION_CHARACTERS = 1000;

export function policyOperations(state: IamState): Operations {
  return {
    CreatePolicy: createPolicy(state),
    DeletePolicy: deletePolicy(state),
    ...policyReads(state),
    ...attachmentOperations(state),
    ...inlineOperations(state),
  };
}

function createPolicy(state: IamState) {
  return writes<iam.CreatePolicyCommandInput, iam.CreatePolicyCommandOutput>(
    ['PolicyName', 'Path', 'PolicyDocument', 'Description', 'Tags'],
    (input, { now }) => {
      const name = requireName('policyName', input.PolicyName, 128);
      const path = requirePath(input.Path);
      const namesake = localPolicies(state).some(
        (policy) => policy.name.toLowerCase() === name.toLowerCase(),
      );
      if (namesake) alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
      const document = checkPolicyDocument(input.PolicyDocument, MANAGED_POLICY_CHARACTERS);
      if ((input.Description ?? '').length > DESCRIPTION_CHARACTERS)
        invalid(`Description must have at most ${DESCRIPTION_CHARACTERS} characters`);
      if (localPolicies(state).length >= POLICIES_PER_ACCOUNT)
        limitExceeded('Cannot exceed quota for PoliciesPerAccount: 1500');
      const policy: FakePolicy = {
        name,
        path,
        id: `ANPA${state.world.random.base32(17)}`,
        arn: state.arn('policy', path, name),
        createdAt: now,
        changedAt: now,
        ...firstVersion(document, now),
        description: input.Description,
        tags: mergeTags([], input.Tags ?? []),
      };
      state.policies.set(policy.arn, policy, now);
      return { Policy: policySummary(state, policy) };
    },
  );
}

function deletePolicy(state: IamState) {
  return writes<iam.DeletePolicyCommandInput, iam.DeletePolicyCommandOutput>(
    ['PolicyArn'],
    (input, { now }) => {
      const policy = state.ownPolicy(input.PolicyArn);
      if (holdersOf(state, policy) + boundedBy(state, policy) > 0)
        deleteConflict('Cannot delete a policy attached to entities.');
      if (policy.versions.length > 1) {
        deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
            'The default version is deleted with the policy.',
        );
      }
      state.policies.set(policy.arn, undefined, now);
      return {};
    },
  );
}

function policyReads(state: IamState): Operations {
  return {
    GetPolicy: reads<iam.GetPolicyCommandInput, iam.GetPolicyCommandOutput>(
      ['PolicyArn'],
      (input, { asOf }) => {
        const policy = state.policy(input.PolicyArn ?? '', asOf);
        const description = policy.description !== undefined && { Description: policy.description };
        return { Policy: { ...policySummary(state, policy), ...description, Tags: [...policy.tags] } };
      },
    ),
    ListPolicies: reads<iam.ListPoliciesCommandInput, iam.ListPoliciesCommandOutput>(
      ['Scope', 'OnlyAttached', 'PathPrefix', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const scope = input.Scope ?? 'All';
        const isWanted = (policy: FakePolicy) =>
          (scope === 'All' || (scope === 'AWS') === policy.arn.startsWith(AWS_POLICY_PREFIX)) &&
          policy.path.startsWith(input.PathPrefix ?? '/') &&
          (input.OnlyAttached !== true || holdersOf(state, policy) > 0);
        const policies = state.policies.values(asOf).filter(isWanted);
        const { page, more } = iamPage(state.world, 'ListPolicies', input, policies, ({ arn }) => arn);
        return { Policies: page.map((policy) => policySummary(state, policy)), ...more };
      },
    ),
  };
}

function attachmentOperations(state: IamState): Operations {
  return {
    AttachUserPolicy: writes<iam.AttachUserPolicyCommandInput, iam.AttachUserPolicyCommandOutput>(
      ['UserName', 'PolicyArn'],
      (input) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const { arn } = state.policy(input.PolicyArn ?? '');
        if (user.attached.includes(arn)) return {};
        if (user.attached.length >= MANAGED_POLICIES_PER_USER)
          limitExceeded('Cannot exceed quota for PoliciesPerUser: 10');
        state.changeUser(user, { attached: [...user.attached, arn] });
        return {};
      },
    ),
    DetachUserPolicy: writes<iam.DetachUserPolicyCommandInput, iam.DetachUserPolicyCommandOutput>(
      ['UserName', 'PolicyArn'],
      (input) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const arn = input.PolicyArn ?? '';
        if (!user.attached.includes(arn)) missing(`Policy ${arn} was not found.`);
        state.changeUser(user, { attached: user.attached.filter((other) => other !== arn) });
        return {};
      },
    ),
    ListAttachedUserPolicies: reads<
      iam.ListAttachedUserPoliciesCommandInput,
      iam.ListAttachedUserPoliciesCommandOutput
    >(['UserName', 'Marker', 'MaxItems'], (input, { asOf }) => {
      const user = state.user(requireName('userName', input.UserName, 64), asOf);
      const { page, more } = iamPage(
        state.world,
        'ListAttachedUserPolicies',
        input,
        user.attached,
        (arn) => arn,
      );
      return { AttachedPolicies: attachedPolicies(page), ...more };
    }),
  };
}

function inlineOperations(state: IamState): Operations {
  return {
    PutUserPolicy: writes<iam.PutUserPolicyCommandInput, iam.PutUserPolicyCommandOutput>(
      ['UserName', 'PolicyName', 'PolicyDocument'],
      (input) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const name = requireName('policyName', input.PolicyName, 128);
        const document = checkPolicyDocument(input.PolicyDocument, INLINE_CHARACTERS_PER_USER);
        const inline = { ...user.inline, [name]: document };
        const total = Object.values(inline).reduce((sum, one) => sum + sizeOf(one), 0);
        if (total > INLINE_CHARACTERS_PER_USER) {
          limitExceeded(
            `Maximum policy size of ${INLINE_CHARACTERS_PER_USER} bytes exceeded for user ${user.name}`,
          );
        }
        state.changeUser(user, { inline });
        return {};
      },
    ),
    GetUserPolicy: reads<iam.GetUserPolicyCommandInput, iam.GetUserPolicyCommandOutput>(
      ['UserName', 'PolicyName'],
      (input, { asOf }) => {
        const user = state.user(requireName('userName', input.UserName, 64), asOf);
        const name = input.PolicyName ?? '';
        const document = user.inline[name] ?? missing(`The user policy with name ${name} cannot be found.`);
        return { UserName: user.name, PolicyName: name, PolicyDocument: encodeURIComponent(document) };
      },
    ),
    DeleteUserPolicy: writes<iam.DeleteUserPolicyCommandInput, iam.DeleteUserPolicyCommandOutput>(
      ['UserName', 'PolicyName'],
      (input) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const { [input.PolicyName ?? '']: document, ...inline } = user.inline;
        if (document === undefined) missing(`The user policy with name ${input.PolicyName} cannot be found.`);
        state.changeUser(user, { inline });
        return {};
      },
    ),
    ListUserPolicies: reads<iam.ListUserPoliciesCommandInput, iam.ListUserPoliciesCommandOutput>(
      ['UserName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const user = state.user(requireName('userName', input.UserName, 64), asOf);
        const names = Object.keys(user.inline);
        const { page, more } = iamPage(state.world, 'ListUserPolicies', input, names, (name) => name);
        return { PolicyNames: page, ...more };
      },
    ),
  };
}

export function localPolicies(state: IamState, asOf?: number): FakePolicy[] {
  return state.policies.values(asOf).filter((policy) => !policy.arn.startsWith(AWS_POLICY_PREFIX));
}

function holdersOf(state: IamState, { arn }: FakePolicy): number {
  const holders = [...state.users.values(), ...state.groups.values(), ...state.roles.values()];
  return holders.filter((holder) => holder.attached.includes(arn)).length;
}

function boundedBy(state: IamState, { arn }: FakePolicy): number {
  return state.users.values().filter((user) => user.boundaryArn === arn).length;
}

/** What listings tell; only GetPolicy knows the description and the tags. */
export function policySummary(state: IamState, policy: FakePolicy) {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: holdersOf(state, policy),
    PermissionsBoundaryUsageCount: boundedBy(state, policy),
    IsAttachable: true,
    CreateDate: wholeSeconds(policy.createdAt),
    UpdateDate: wholeSeconds(policy.changedAt),
  };
}

export function attachedPolicies(arns: readonly string[]): iam.AttachedPolicy[] {
  return arns.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
}

export function inlinePolicies(inline: Readonly<Record<string, string>>): iam.PolicyDetail[] {
  return Object.entries(inline).map(([name, document]) => ({
    PolicyName: name,
    PolicyDocument: encodeURIComponent(document),
  }));
}
