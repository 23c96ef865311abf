import type { LifecycleConfig } from '../../infra/config.js';
import { back, sourceSamples } from '../events/sources.js';

/** Three roles in one account, as in the sample configuration. */
export const sampleConfig: LifecycleConfig = {
  roles: {
    data_engineer: 'arn:aws:iam::123456789012:role/DataEngineerRole',
    infrastructure_admin: 'arn:aws:iam::123456789012:role/InfrastructureAdminRole',
    admin: 'arn:aws:iam::123456789012:role/AdminRole',
  },
  notify: ['platform@example.com'],
};

/** Every option that adds a resource or changes one. */
export const fullConfig: LifecycleConfig = {
  ...sampleConfig,
  account: '123456789012',
  region: 'eu-west-1',
  attach: 'groups',
  sessionPin: 'source-identity',
  managedPolicies: [
    { arn: 'arn:aws:iam::aws:policy/AmazonSESFullAccess', actions: ['ses:SendRawEmail'], resources: ['*'] },
  ],
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555',
  ssmBasePaths: ['/system_user/', 'mail'],
  keyStoreKmsKeyArns: ['arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-3333-4444-555555555555'],
  adopted: ['arn:aws:iam::123456789012:user/legacy/ci-bot'],
  vpc: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
  api: {
    jwt: {
      issuer: 'https://login.example.com',
      audience: ['lifecycle'],
      permissions: { read: ['users:read'], offboard: ['users:admin'] },
    },
  },
  eventSenders: ['210987654321'],
  eventArchiveDays: 30,
  revokeSessions: { data_engineer: 'report', admin: 'role' },
  departureSources: Object.values(sourceSamples).map(({ source }) => source),
};

/** With the sample roster, whose people and systems are in no template. */
export const rosterConfig: LifecycleConfig = {
  ...sampleConfig,
  roster: './roster.yaml',
  ssmBasePaths: ['/system_user/', '/mail/'],
};

type Source = NonNullable<LifecycleConfig['departureSources']>[number];

export const badge: Source = {
  name: 'badge-desk',
  bus: 'default',
  pattern: { source: [{ prefix: 'badge.' }], 'detail-type': ['Badge Returned'], detail: { final: [true] } },
  paths: {
    userName: '$.detail.holder.login',
    userId: '$.detail.holder.iam-id',
    at: '$.detail.returned',
    reason: 'returned the badge',
  },
  quarantine: 'P7D',
};

/** The sample with one thing changed, for the tests of that thing. */
export const variants = {
  strict: { ...sampleConfig, windows: { rotateAfter: 'P30D', maxOverlap: 'P10D' } },
  slowToSettle: { ...sampleConfig, windows: { settle: 'PT10M' } },
  lockedEvidence: { ...sampleConfig, evidenceRetentionDays: 400 },
  withoutLeaks: { ...sampleConfig, leaks: { health: false, guardDuty: false } },
  withReturns: {
    ...sampleConfig,
    departureSources: [...Object.values(sourceSamples), back].map(({ source }) => source),
  },
  badgeDesk: { ...sampleConfig, departureSources: [badge] },
  inNewAccount: { ...sampleConfig, concurrency: { reserve: false } },
  ownBoundary: { ...sampleConfig, boundaryArn: 'arn:aws:iam::123456789012:policy/OurBoundary' },
  /** Its boundary is longer than IAM takes. */
  tooManyPolicies: {
    ...sampleConfig,
    managedPolicies: Array.from({ length: 60 }, (_, index) => ({
      arn: 'arn:aws:iam::aws:policy/AmazonSESFullAccess',
      actions: ['ses:SendRawEmail'],
      resources: [`arn:aws:ses:eu-west-1:123456789012:identity/example-${index}.com`],
    })),
  },
  /** As many as the configuration takes. */
  manyRoles: {
    roles: Object.fromEntries(
      Array.from({ length: 18 }, (_, index) => [
        `data_engineer_${index}`,
        `arn:aws:iam::123456789012:role/DataEngineerRole${index}`,
      ]),
    ),
  },
} satisfies Record<string, LifecycleConfig>;

/** Every configuration of which a test asks for the template. */
export const configs: readonly LifecycleConfig[] = [
  sampleConfig,
  fullConfig,
  rosterConfig,
  ...Object.values(variants),
];
