import type { LifecycleConfig } from './infra/config.js';

/** This deployment's settings. infra/config.ts says what there is, and docs/deploy.md what it means. */
const config: LifecycleConfig = {
  roles: {
    data_engineer: 'arn:aws:iam::123456789012:role/DataEngineerRole',
    infrastructure_admin: 'arn:aws:iam::123456789012:role/InfrastructureAdminRole',
    admin: 'arn:aws:iam::123456789012:role/AdminRole',
  },
  notify: ['platform@example.com'],
};

export default config;
