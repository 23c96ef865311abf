import type { Gap } from './gap.js';
import { generalIamGaps } from './gaps-iam-general.js';
import { parameterGaps, tableGaps } from './gaps-parameters.js';
import { policyGaps } from './gaps-policies.js';
import { secretGaps } from './gaps-secrets.js';
import { userGaps } from './gaps-users.js';

/** All differences between the simulated account and moto that are known and explained. */
export const gaps: readonly Gap[] = [
  ...generalIamGaps,
  ...userGaps,
  ...policyGaps,
  ...secretGaps,
  ...parameterGaps,
  ...tableGaps,
];
