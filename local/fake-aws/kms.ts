import type * as kms from '@aws-sdk/client-kms';
import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { reads, takePage, writes } from './operation.js';
import { ResourcePolicies } from './resource-policies.js';
import type { Kept } from './snapshot.js';
import type { Operations } from './types.js';

const KEYS_PER_PAGE = 100;
const POLICY_NAME = 'default';

/** Keys that encrypt nothing: each has an id and a policy. */
export class KmsState implements Kept {
  /** Key id -> policy. */
  readonly policies = new Map<string, string>();

  constructor(readonly iam: IamState) {}

  dump(): unknown {
    return [...this.policies];
  }

  load(dumped: readonly (readonly [string, string])[]): void {
    for (const [id, policy] of dumped) this.policies.set(id, policy);
  }
}

export function kmsOperations(state: KmsState): Operations {
  const { world } = state.iam;
  const documents = new ResourcePolicies(state.iam, 'kms', 'MalformedPolicyDocumentException');
  const arnOf = (id: string) => `arn:aws:kms:${world.region}:${world.accountId}:key/${id}`;
  const policyOf = (KeyId = '', name: string | undefined = POLICY_NAME) => {
    const id = KeyId.slice(KeyId.lastIndexOf('/') + 1);
    const policy = state.policies.get(id);
    if (policy !== undefined && name === POLICY_NAME) return { id, policy };
    throw awsError('kms', 'NotFoundException', 400, `Key '${arnOf(id)}' does not exist`);
  };
  return {
    CreateKey: writes<kms.CreateKeyCommandInput, kms.CreateKeyCommandOutput>(['Policy'], ({ Policy }) => {
      const usual = {
        Effect: 'Allow',
        Principal: { AWS: rootOf(state.iam) },
        Action: 'kms:*',
        Resource: '*',
      };
      const policy = documents.keep(Policy ?? JSON.stringify({ Version: '2012-10-17', Statement: [usual] }));
      const KeyId = world.random.uuid();
      state.policies.set(KeyId, policy);
      return { KeyMetadata: { KeyId, Arn: arnOf(KeyId) } };
    }),
    PutKeyPolicy: writes<kms.PutKeyPolicyCommandInput, kms.PutKeyPolicyCommandOutput>(
      ['KeyId', 'PolicyName', 'Policy'],
      ({ KeyId, PolicyName, Policy }) => {
        state.policies.set(policyOf(KeyId, PolicyName).id, documents.keep(Policy));
        return {};
      },
    ),
    GetKeyPolicy: reads<kms.GetKeyPolicyCommandInput, kms.GetKeyPolicyCommandOutput>(
      ['KeyId', 'PolicyName'],
      ({ KeyId, PolicyName }) => ({
        Policy: documents.show(policyOf(KeyId, PolicyName).policy),
        PolicyName: POLICY_NAME,
      }),
    ),
    ListKeys: reads<kms.ListKeysCommandInput, kms.ListKeysCommandOutput>(
      ['Limit', 'Marker'],
      ({ Limit, Marker }) => {
        const { page, next } = takePage(world, {
          service: 'kms',
          operation: 'ListKeys',
          items: [...state.policies.keys()].toSorted(),
          keyOf: (id) => id,
          max: Limit ?? KEYS_PER_PAGE,
          marker: Marker,
          badMarker: 'InvalidMarkerException',
        });
        const Keys = page.map((KeyId) => ({ KeyId, KeyArn: arnOf(KeyId) }));
        return { Keys, Truncated: next !== undefined, ...(next !== undefined && { NextMarker: next }) };
      },
    ),
  };
}

function rootOf({ world }: IamState): string {
  return `arn:aws:iam::${world.accountId}:root`;
}
