import { describe, expect, test } from '@jest/globals';
import { autoDeployDocument, developersDocument } from '../../../functions/core/roster/group-documents.js';

const account = { accountId: '123456789012', partition: 'aws' };
const developersWith = (service: string, prefix: string) =>
  developersDocument(
    { developersPermittedServices: [service], developersS3BucketPrefix: prefix },
    account,
    true,
  );

describe('a setting of a group is refused', () => {
  test.each(['iam', 'sts', 'IAM:PassRole', 's3:Get Object', '*iam', ' s3', 's3:*,iam'])(
    'as a service of developers: %p',
    (service) => {
      expect(() => developersWith(service, 'acme.user-')).toThrow(
        /^developersPermittedServices is ".*": it must be a service such as s3, or an action such as s3:GetObject, and nothing of iam or sts/,
      );
    },
  );

  test.each(['*', '*acme', 'acme*', 'Acme', '', 'a'.repeat(63)])(
    'as the beginning of a bucket: %p',
    (prefix) => {
      expect(() => developersWith('s3', prefix)).toThrow(
        /^developersS3BucketPrefix is ".*": it must be the beginning of a bucket name/,
      );
    },
  );

  test.each(['*', 'ecs', '*ecs:UpdateService', 'ecs:UpdateService iam'])(
    'as a permission of machines: %p',
    (permission) => {
      expect(() => autoDeployDocument([permission])).toThrow(
        /^autoDeployPermissions is ".*": it must be an action such as ecs:UpdateService or ecs:\*/,
      );
    },
  );

  test('as permissions of machines: none at all', () => {
    expect(() => autoDeployDocument([])).toThrow(
      'autoDeployPermissions is "[]": it must be a list of at least one action, where the group is on',
    );
  });
});
