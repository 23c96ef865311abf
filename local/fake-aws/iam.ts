import { credentialReportOperations } from './credential-report.js';
import { groupOperations } from './iam-groups.js';
import { keyOperations } from './iam-keys.js';
import { getAccountAuthorizationDetails } from './iam-listing.js';
import { loginOperations } from './iam-logins.js';
import { mfaOperations } from './iam-mfa.js';
import { otherCredentialOperations } from './iam-other-credentials.js';
import { passwordPolicyOperations } from './iam-password-policy.js';
import { policyOperations } from './iam-policies.js';
import { policyVersionOperations } from './iam-policy-versions.js';
import { roleOperations } from './iam-roles.js';
import type { IamState } from './iam-state.js';
import { userOperations } from './iam-users.js';
import type { Operations } from './types.js';

export function iamOperations(state: IamState): Operations {
  return {
    ...userOperations(state),
    ...keyOperations(state),
    ...policyOperations(state),
    ...policyVersionOperations(state),
    ...groupOperations(state),
    ...roleOperations(state),
    ...loginOperations(state),
    ...passwordPolicyOperations(state),
    ...otherCredentialOperations(state),
    ...mfaOperations(state),
    GetAccountAuthorizationDetails: getAccountAuthorizationDetails(state),
    ...credentialReportOperations(state),
  };
}
