import { isDeepStrictEqual } from 'node:util';
import type { Gap, Seen } from './gap.js';

/** Whether the labels are the same, but for versions without any. */
function hasSameLabels({ ours, theirs }: Seen): boolean {
  return isDeepStrictEqual(labelsOf(ours), labelsOf(theirs));
}

function labelsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(labelsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) =>
    ['VersionIdsToStages', 'SecretVersionsToStages'].includes(name)
      ? Object.entries(held as Record<string, string[]>).filter(([, labels]) => labels.length > 0)
      : labelsOf(held),
  );
}

/** Of Secrets Manager. */
export const secretGaps: readonly Gap[] = [
  {
    operations: ['GetSecretValue', 'DescribeSecret', 'ListSecrets'],
    difference: 'moto takes the other labels off a version that becomes AWSPREVIOUS',
    fault: 'moto',
    reason:
      'API reference, PutSecretValue: AWSPREVIOUS is added to the version from which AWSCURRENT was removed',
    fields: ['VersionStages', 'VersionIdsToStages', 'SecretVersionsToStages'],
    when: ({ ours }) => /"AWS[A-Z]+","AWSPREVIOUS"|"AWSPREVIOUS","AWS/.test(JSON.stringify(ours)),
  },
  {
    operations: ['UpdateSecretVersionStage'],
    difference:
      'of a version that is not there: ResourceNotFoundException here, InvalidParameterException at moto, which has taken the label off by then',
    fault: 'undocumented',
    reason: 'the API reference lists both and does not say which; a refused call changes nothing',
    ours: ['ResourceNotFoundException'],
    theirs: ['InvalidParameterException'],
    shows: 'afterwards',
  },
  {
    operations: ['UpdateSecretVersionStage'],
    difference: 'moto takes a call that says neither from where nor to where',
    fault: 'moto',
    reason:
      'API reference, UpdateSecretVersionStage: RemoveFromVersionId and MoveToVersionId, one of them at least',
    ours: ['InvalidParameterException'],
    theirs: ['ok'],
  },
  {
    operations: ['PutSecretValue'],
    difference: 'moto leaves AWSCURRENT where it is when it was moved to there by UpdateSecretVersionStage',
    fault: 'moto',
    reason: 'API reference, PutSecretValue: a label is on one version of a secret',
    ours: ['ok'],
    theirs: ['ok'],
    shows: 'afterwards',
    when: ({ before }) =>
      before.some(({ operation, code }) => operation === 'UpdateSecretVersionStage' && code === 'ok'),
  },
  {
    operations: ['GetSecretValue'],
    difference: 'moto answers the version that was current before UpdateSecretVersionStage moved the label',
    fault: 'moto',
    reason: 'API reference, GetSecretValue, VersionStage: AWSCURRENT where neither it nor VersionId is given',
    fields: ['SecretString', 'VersionId', 'VersionStages', 'CreatedDate'],
    when: ({ call, before }) =>
      call.input['VersionId'] === undefined &&
      call.input['VersionStage'] === undefined &&
      before.some(({ operation, code }) => operation === 'UpdateSecretVersionStage' && code === 'ok'),
  },
  {
    operations: ['CreateSecret'],
    difference:
      'where a secret is made again as it was, moto makes it anew, without its tags, labels and description',
    fault: 'moto',
    reason: 'API reference, CreateSecret, ClientRequestToken: such a request is ignored',
    ours: ['ok'],
    theirs: ['ok'],
    shows: 'afterwards',
    when: ({ call, before }) =>
      before.some(
        ({ operation, code, input }) =>
          operation === 'CreateSecret' && code === 'ok' && input['Name'] === call.input['Name'],
      ),
  },
  {
    operations: ['ReplicateSecretToRegions'],
    difference: 'moto adds a failed replica for a region that has one',
    fault: 'undocumented',
    reason: 'what AWS says of a region that has a replica is not documented',
    ours: ['ok'],
    theirs: ['ok'],
    shows: 'afterwards',
    when: ({ before }) =>
      before.some(({ operation, code }) => operation === 'ReplicateSecretToRegions' && code === 'ok'),
  },
  {
    operations: ['DescribeSecret', 'ListSecrets'],
    difference: 'moto tells an empty list of tags where all were taken off',
    fault: 'undocumented',
    reason: 'whether the list is empty or not there is not documented',
    fields: ['Tags'],
    when: ({ theirs }) => JSON.stringify(theirs).includes('"Tags":[]'),
  },
  {
    operations: ['PutSecretValue'],
    difference: 'moto overwrites a version that is put again with another value',
    fault: 'moto',
    reason:
      'API reference, PutSecretValue, ClientRequestToken: a version cannot be modified, the request fails',
    ours: ['ResourceExistsException'],
    theirs: ['ok'],
  },
  {
    operations: ['PutSecretValue'],
    difference: 'moto moves the labels of a version that is put again with the same value',
    fault: 'moto',
    reason: 'API reference, PutSecretValue, ClientRequestToken: such a request is ignored',
    ours: ['ok'],
    theirs: ['ok'],
    when: ({ call, before }) =>
      before.some(({ input }) => input['ClientRequestToken'] === call.input['ClientRequestToken']),
  },
  {
    operations: [
      'PutSecretValue',
      'TagResource',
      'UntagResource',
      'RemoveRegionsFromReplication',
      'ReplicateSecretToRegions',
      'UpdateSecretVersionStage',
    ],
    difference: 'moto works on a secret that awaits its deletion, or finds another fault first',
    fault: 'moto',
    reason: 'API reference: InvalidRequestException for a secret that is scheduled for deletion',
    ours: ['InvalidRequestException'],
    theirs: ['ok', 'ResourceExistsException', 'InvalidParameterException'],
  },
  {
    operations: ['UpdateSecretVersionStage'],
    difference: 'moto wants RemoveFromVersionId for a label that the version has already',
    fault: 'moto',
    reason:
      'API reference, RemoveFromVersionId: to be given where the label is attached to a different version',
    ours: ['ok'],
    theirs: ['InvalidParameterException'],
    when: ({ call }) => call.input['RemoveFromVersionId'] === undefined,
  },
  {
    operations: ['UpdateSecretVersionStage'],
    difference: 'moto fails with status 500 where a secret has no version yet',
    fault: 'moto',
    reason: 'API reference, UpdateSecretVersionStage, errors',
    theirs: ['SyntaxError'],
  },
  {
    operations: ['CreateSecret'],
    difference: 'moto takes names with characters that no secret may have',
    fault: 'moto',
    reason: 'API reference, CreateSecret, Name: letters, digits and /_+=.@-',
    ours: ['ValidationException'],
    when: ({ call }) => call.input['Name'] === 'a name',
  },
  {
    operations: ['CreateSecret'],
    difference: 'moto takes a version again with another value, where the secret was made without one',
    fault: 'moto',
    reason:
      'API reference, CreateSecret, ClientRequestToken: the request fails, for a version cannot be modified',
    ours: ['ResourceExistsException'],
    theirs: ['ok'],
  },
  {
    operations: ['DescribeSecret', 'ListSecrets'],
    difference: 'moto does not tell of replicas in a listing',
    fault: 'moto',
    reason: 'API reference, SecretListEntry, PrimaryRegion',
    fields: ['PrimaryRegion'],
  },
  {
    operations: ['CreateSecret', 'PutSecretValue'],
    difference: 'moto looks for the secret before it looks at the token',
    fault: 'moto',
    reason: 'API reference, ClientRequestToken: 32 to 64 characters; a request of a bad form fails',
    ours: ['InvalidParameterException'],
    when: ({ call }) => /^short$|^x{65}$/.test(String(call.input['ClientRequestToken'])),
  },
  {
    operations: ['CreateSecret', 'TagResource'],
    difference: 'moto takes tags of any length and the reserved prefix aws:',
    fault: 'moto',
    reason: 'API reference, Tag: keys of 1 to 128 characters, not beginning with aws:',
    ours: ['InvalidParameterException'],
    when: ({ call }) => /x{129}|aws:team/.test(JSON.stringify(call.input)),
  },
  {
    operations: ['DescribeSecret', 'ListSecrets'],
    difference: 'moto shows versions without a label',
    fault: 'moto',
    reason: 'API reference, DescribeSecret, VersionIdsToStages: versions without labels are not included',
    fields: ['VersionIdsToStages', 'SecretVersionsToStages'],
    when: hasSameLabels,
  },
  {
    operations: ['CreateSecret'],
    difference:
      'of a name that awaits its deletion: InvalidRequestException here; moto says ResourceExistsException, or makes it',
    fault: 'moto',
    reason:
      'API reference, CreateSecret: InvalidRequestException where a secret of the name is scheduled for deletion',
    ours: ['InvalidRequestException'],
  },
  {
    operations: ['PutSecretValue'],
    difference:
      'of an empty value for a secret that awaits its deletion: each account names another of the two first',
    fault: 'undocumented',
    reason: 'the order of the checks is not documented',
    ours: ['InvalidParameterException'],
    theirs: ['InvalidRequestException'],
  },
  {
    operations: ['RemoveRegionsFromReplication'],
    difference: 'of a region without a replica: refused here, taken by moto',
    fault: 'undocumented',
    reason: 'not documented; the simulated account takes the worse of the two',
    ours: ['InvalidParameterException'],
    theirs: ['ok'],
  },
  {
    operations: ['ReplicateSecretToRegions', 'RemoveRegionsFromReplication'],
    difference: 'moto tells the given id as ARN',
    fault: 'moto',
    reason: 'API reference, response: ARN is that of the primary secret',
    fields: ['ARN'],
  },
  {
    operations: ['ReplicateSecretToRegions', 'RemoveRegionsFromReplication', 'DescribeSecret'],
    difference: 'moto has a message for each replica',
    fault: 'undocumented',
    reason:
      'API reference, ReplicationStatusType, StatusMessage: of what, for a replica in order, it does not say',
    fields: ['StatusMessage'],
  },
];
