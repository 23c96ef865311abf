/** What a caller of the API may do; an operation names the one that it takes. */
export const permissions = ['read', 'onboard', 'rotate', 'offboard'] as const;
export type Permission = (typeof permissions)[number];

/** Which values of a token's claim give which permission. A permission that is not named is nobody's. */
export type ClaimPermissions = { readonly claim: string } & {
  readonly [Name in Permission]?: readonly string[] | undefined;
};
