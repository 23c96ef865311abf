import { globalRegionOf } from '../functions/core/regions.js';
import { evidence, via } from './permissions-scope.js';
import type { PermissionContext, PermissionStatement } from './permissions-types.js';

export const lookupEvents = 'cloudtrail:LookupEvents';

/** What is filed of a departure is written once, found again and read; nothing of it is ever written over or deleted. */
export function fileEvidence(context: PermissionContext): PermissionStatement[] {
  const { evidenceBucketArn, kmsKeyArn } = context;
  return [
    {
      sid: 'FileEvidence',
      effect: 'Allow',
      actions: ['s3:PutObject'],
      resources: [evidence(context)],
      conditions: { Null: { 's3:if-none-match': 'false' } },
      reason: 'Writes what a leaver had and what was done, where nothing is written yet.',
    },
    {
      sid: 'FindEvidence',
      effect: 'Allow',
      actions: ['s3:ListBucket'],
      resources: [evidenceBucketArn],
      conditions: { StringLike: { 's3:prefix': 'users/*' } },
      reason: 'Finds what the runs of a departure wrote, to sign it off: the user that could tell is gone.',
    },
    {
      sid: 'ReadEvidence',
      effect: 'Allow',
      actions: ['s3:GetObject'],
      resources: [evidence(context)],
      reason: 'Reads it, to make the record of it.',
    },
    {
      sid: 'WatchLeavers',
      effect: 'Allow',
      actions: [lookupEvents],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': globalRegionOf(context.region) } },
      reason:
        'Reads what a leaver still did while its powers went, to say it in the record. IAM knows no narrower resource.',
    },
    ...(kmsKeyArn === null
      ? []
      : [
          {
            sid: 'EncryptEvidence',
            effect: 'Allow',
            actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
            resources: [kmsKeyArn],
            conditions: {
              StringEquals: {
                'kms:ViaService': via('s3', context),
                'kms:EncryptionContext:aws:s3:arn': evidenceBucketArn,
              },
            },
            reason: 'S3 encrypts and decrypts the evidence on our behalf, never directly.',
          } as const,
        ]),
  ];
}
