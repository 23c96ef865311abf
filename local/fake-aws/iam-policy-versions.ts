import type * as iam from '@aws-sdk/client-iam';
import { checkPolicyDocument, iamPage, MANAGED_POLICY_CHARACTERS } from './iam-rules.js';
import {
  deleteConflict,
  invalid,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakePolicy,
  type FakePolicyVersion,
  type IamState,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const VERSIONS_PER_POLICY = 5;
const VERSION_ID = /^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/;

export function policyVersionOperations(state: IamState): Operations {
  return {
    CreatePolicyVersion: createPolicyVersion(state),
    ...defaultOperations(state),
    ...versionReads(state),
  };
}

function createPolicyVersion(state: IamState) {
  return writes<iam.CreatePolicyVersionCommandInput, iam.CreatePolicyVersionCommandOutput>(
    ['PolicyArn', 'PolicyDocument', 'SetAsDefault'],
    (input, { now }) => {
      const policy = state.ownPolicy(input.PolicyArn);
      const document = checkPolicyDocument(input.PolicyDocument, MANAGED_POLICY_CHARACTERS);
      if (policy.versions.length >= VERSIONS_PER_POLICY) {
        limitExceeded(
          'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
        );
      }
      const versionsMade = policy.versionsMade + 1;
      const version = { id: `v${versionsMade}`, createdAt: now, document };
      const becomesDefault = input.SetAsDefault === true && { document, defaultVersionId: version.id };
      const change = {
        versions: [...policy.versions, version],
        versionsMade,
        changedAt: now,
        ...becomesDefault,
      };
      state.changePolicy(policy, change);
      return { PolicyVersion: policyVersion({ ...policy, ...change }, version) };
    },
  );
}

function defaultOperations(state: IamState): Operations {
  return {
    DeletePolicyVersion: writes<iam.DeletePolicyVersionCommandInput, iam.DeletePolicyVersionCommandOutput>(
      ['PolicyArn', 'VersionId'],
      (input) => {
        const id = requireVersionId(input.VersionId);
        const policy = state.ownPolicy(input.PolicyArn);
        const version = findVersion(policy, id);
        if (version.id === policy.defaultVersionId)
          deleteConflict('Cannot delete the default version of a policy.');
        state.changePolicy(policy, { versions: policy.versions.filter((one) => one !== version) });
        return {};
      },
    ),
    SetDefaultPolicyVersion: writes<
      iam.SetDefaultPolicyVersionCommandInput,
      iam.SetDefaultPolicyVersionCommandOutput
    >(['PolicyArn', 'VersionId'], (input, { now }) => {
      const asked = requireVersionId(input.VersionId);
      const policy = state.ownPolicy(input.PolicyArn);
      const { id, document } = findVersion(policy, asked);
      state.changePolicy(policy, { defaultVersionId: id, document, changedAt: now });
      return {};
    }),
  };
}

function versionReads(state: IamState): Operations {
  return {
    GetPolicyVersion: reads<iam.GetPolicyVersionCommandInput, iam.GetPolicyVersionCommandOutput>(
      ['PolicyArn', 'VersionId'],
      (input, { asOf }) => {
        const id = requireVersionId(input.VersionId);
        const policy = state.policy(input.PolicyArn ?? '', asOf);
        const version = findVersion(policy, id);
        const Document = encodeURIComponent(version.document);
        return { PolicyVersion: { ...policyVersion(policy, version), Document } };
      },
    ),
    ListPolicyVersions: reads<iam.ListPolicyVersionsCommandInput, iam.ListPolicyVersionsCommandOutput>(
      ['PolicyArn', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const policy = state.policy(input.PolicyArn ?? '', asOf);
        const { page, more } = iamPage(
          state.world,
          'ListPolicyVersions',
          input,
          policy.versions,
          newestFirst,
        );
        return { Versions: page.map((version) => policyVersion(policy, version)), ...more };
      },
    ),
  };
}

/** A key by which the newest version comes first. */
function newestFirst({ id }: FakePolicyVersion): string {
  return String(1e9 - Number(id.slice(1)));
}

/** AWS looks at the form of a request before it looks for anything. */
function requireVersionId(id: string | undefined): string {
  if (id === undefined || !VERSION_ID.test(id))
    invalid(`Value ${JSON.stringify(id)} at 'versionId' must match ${VERSION_ID.source}`);
  return id;
}

function findVersion(policy: FakePolicy, id: string): FakePolicyVersion {
  const version = policy.versions.find((one) => one.id === id);
  return version ?? missing(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
}

/** Without its document, as listings and answers to writes tell it. */
export function policyVersion(policy: FakePolicy, { id, createdAt }: FakePolicyVersion) {
  return {
    VersionId: id,
    IsDefaultVersion: id === policy.defaultVersionId,
    CreateDate: wholeSeconds(createdAt),
  };
}
