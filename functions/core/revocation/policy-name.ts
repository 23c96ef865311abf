/** The managed policy that revokes sessions of one role of the configuration, as in IamLifecycleRevoked-data_engineer. */
export function revocationPolicyName(roleKey: string): string {
  return `IamLifecycleRevoked-${roleKey}`;
}
