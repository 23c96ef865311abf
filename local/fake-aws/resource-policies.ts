import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { idsToUsers, usersToIds } from './principals.js';
import type { Service } from './types.js';

/** The policies of keys, topics, queues and buckets: kept with their users by id, shown with their ARNs, and never asked. */
export class ResourcePolicies {
  constructor(
    private readonly iam: IamState,
    private readonly service: Service,
    /** What the service calls a policy that it does not take. */
    private readonly malformed: string,
  ) {}

  /** The policy as it is kept. Refuses what is no policy, and users that there are not. */
  keep(policy: string | undefined): string {
    const refuse = (what: string): never => {
      throw awsError(this.service, this.malformed, 400, what);
    };
    for (const statement of this.statements(policy ?? '', refuse)) {
      const { Effect, Principal, NotPrincipal } = statement;
      if (Effect !== 'Allow' && Effect !== 'Deny') refuse('A statement lacks its Effect.');
      if ((Principal ?? NotPrincipal) === undefined) refuse('A statement lacks its principal.');
    }
    return usersToIds(this.iam, policy!, (arn) => refuse(`Invalid principal in policy: "AWS":"${arn}"`));
  }

  show(kept: string): string {
    return idsToUsers(this.iam, kept);
  }

  private statements(policy: string, refuse: (what: string) => never): Record<string, unknown>[] {
    try {
      const { Statement } = JSON.parse(policy) as { Statement?: unknown };
      return Statement === undefined
        ? refuse('The policy has no statement.')
        : ([Statement].flat() as Record<string, unknown>[]);
    } catch (error) {
      if (error instanceof SyntaxError) return refuse('The policy is not JSON.');
      throw error;
    }
  }
}
