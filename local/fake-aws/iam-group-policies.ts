import type * as iam from '@aws-sdk/client-iam';
import { attachedPolicies } from './iam-policies.js';
import { checkPolicyDocument, iamPage, requireName, sizeOf } from './iam-rules.js';
import { attach, limitExceeded, missing, type IamState } from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const INLINE_CHARACTERS_PER_GROUP = 5120;

/** The policies of groups, attached and inline. */
export function groupPolicyOperations(state: IamState): Operations {
  return { ...attachmentOperations(state), ...inlineWrites(state), ...inlineReads(state) };
}

function attachmentOperations(state: IamState): Operations {
  return {
    AttachGroupPolicy: writes<iam.AttachGroupPolicyCommandInput, iam.AttachGroupPolicyCommandOutput>(
      ['GroupName', 'PolicyArn'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        state.changeGroup(group, {
          attached: attach(group.attached, state.policy(input.PolicyArn ?? '').arn),
        });
        return {};
      },
    ),
    DetachGroupPolicy: writes<iam.DetachGroupPolicyCommandInput, iam.DetachGroupPolicyCommandOutput>(
      ['GroupName', 'PolicyArn'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        const arn = input.PolicyArn ?? '';
        if (!group.attached.includes(arn)) missing(`Policy ${arn} was not found.`);
        state.changeGroup(group, { attached: group.attached.filter((other) => other !== arn) });
        return {};
      },
    ),
    ListAttachedGroupPolicies: reads<
      iam.ListAttachedGroupPoliciesCommandInput,
      iam.ListAttachedGroupPoliciesCommandOutput
    >(['GroupName', 'Marker', 'MaxItems'], (input, { asOf }) => {
      const { attached } = state.group(requireName('groupName', input.GroupName, 128), asOf);
      const operation = 'ListAttachedGroupPolicies';
      const { page, more } = iamPage(state.world, operation, input, attached, (arn) => arn);
      return { AttachedPolicies: attachedPolicies(page), ...more };
    }),
  };
}

function inlineWrites(state: IamState): Operations {
  return {
    PutGroupPolicy: writes<iam.PutGroupPolicyCommandInput, iam.PutGroupPolicyCommandOutput>(
      ['GroupName', 'PolicyName', 'PolicyDocument'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        const name = requireName('policyName', input.PolicyName, 128);
        const document = checkPolicyDocument(input.PolicyDocument, INLINE_CHARACTERS_PER_GROUP);
        const inline = { ...group.inline, [name]: document };
        const total = Object.values(inline).reduce((sum, one) => sum + sizeOf(one), 0);
        if (total > INLINE_CHARACTERS_PER_GROUP) {
          limitExceeded(
            `Maximum policy size of ${INLINE_CHARACTERS_PER_GROUP} bytes exceeded for group ${group.name}`,
          );
        }
        state.changeGroup(group, { inline });
        return {};
      },
    ),
    DeleteGroupPolicy: writes<iam.DeleteGroupPolicyCommandInput, iam.DeleteGroupPolicyCommandOutput>(
      ['GroupName', 'PolicyName'],
      (input) => {
        const group = state.group(requireName('groupName', input.GroupName, 128));
        const { [input.PolicyName ?? '']: document, ...inline } = group.inline;
        if (document === undefined) noSuchInlinePolicy(input.PolicyName);
        state.changeGroup(group, { inline });
        return {};
      },
    ),
  };
}

function inlineReads(state: IamState): Operations {
  return {
    GetGroupPolicy: reads<iam.GetGroupPolicyCommandInput, iam.GetGroupPolicyCommandOutput>(
      ['GroupName', 'PolicyName'],
      (input, { asOf }) => {
        const group = state.group(requireName('groupName', input.GroupName, 128), asOf);
        const name = input.PolicyName ?? '';
        const document = group.inline[name] ?? noSuchInlinePolicy(name);
        return { GroupName: group.name, PolicyName: name, PolicyDocument: encodeURIComponent(document) };
      },
    ),
    ListGroupPolicies: reads<iam.ListGroupPoliciesCommandInput, iam.ListGroupPoliciesCommandOutput>(
      ['GroupName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const group = state.group(requireName('groupName', input.GroupName, 128), asOf);
        const names = Object.keys(group.inline);
        const { page, more } = iamPage(state.world, 'ListGroupPolicies', input, names, (name) => name);
        return { PolicyNames: page, ...more };
      },
    ),
  };
}

function noSuchInlinePolicy(name: string | undefined): never {
  missing(`The group policy with name ${name} cannot be found.`);
}
