import { describe, expect, test } from '@jest/globals';
import { InvalidConfig, parseConfig } from '../../infra/config.js';
import { sampleConfig, variants } from './configs.js';
import { resolved, synthesise } from './synth.js';

const plain = synthesise(sampleConfig);
const locked = synthesise(variants.lockedEvidence);
const bucketOf = (stack: typeof plain) => stack.properties('AWS::S3::Bucket')[0];

describe('the evidence of departures', () => {
  test('lies in a bucket of a fixed name that keeps every version, under the key, closed to the public', () => {
    const bucket = bucketOf(plain);
    expect(resolved(bucket.BucketName)).toBe('iam-lifecycle-evidence-123456789012-eu-west-1');
    expect(bucket).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LifecycleConfiguration: { Rules: [{ NoncurrentVersionExpiration: { NoncurrentDays: 365 } }] },
    });
    const [rule] = bucket.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe('aws:kms');
    expect(resolved(rule.ServerSideEncryptionByDefault.KMSMasterKeyID)).toMatch(/^<Key.*\.Arn>$/);
    expect(rule.BucketKeyEnabled).toBe(true);
  });

  test('is never deleted by a lifecycle rule while nobody has hidden it', () => {
    for (const rule of bucketOf(plain).LifecycleConfiguration.Rules)
      expect(Object.keys(rule).filter((key) => key.startsWith('Expiration'))).toEqual([]);
  });

  test('is written once, by whomever', () => {
    const [policy] = plain.properties('AWS::S3::BucketPolicy');
    const writeOnce = policy.PolicyDocument.Statement.find(
      ({ Sid }: { Sid?: string }) => Sid === 'WriteOnce',
    );
    expect(writeOnce).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
    expect(resolved(writeOnce.Resource)).toMatch(/^<EvidenceBucket.*\.Arn>\/users\/\*$/);
  });

  test('is locked where that is configured, and only there', () => {
    expect(bucketOf(plain).ObjectLockEnabled).toBeUndefined();
    expect(bucketOf(locked)).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } },
      },
    });
  });

  test.each([0, 3654, 1.5])('is not locked for %p days', (evidenceRetentionDays) => {
    expect(() => parseConfig({ roles: {}, evidenceRetentionDays })).toThrow(InvalidConfig);
  });
});
