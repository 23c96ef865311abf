import type { IamState } from './iam-state.js';

const USER_ARN = /"(arn:aws:iam::\d{12}:user\/[^"]+)"/g;
const USER_ID = /"(AIDA[A-Z2-7]{17})"/g;

/** A policy is kept with its users by unique id, so that a later namesake inherits nothing from it. */
export function usersToIds(state: IamState, policy: string, refuse: (arn: string) => never): string {
  return policy.replace(USER_ARN, (_match, arn: string) => {
    const user = state.users.values().find((candidate) => candidate.arn === arn);
    return user === undefined ? refuse(arn) : `"${user.id}"`;
  });
}

/** A principal that is gone shows as its bare id. */
export function idsToUsers(state: IamState, policy: string): string {
  return policy.replace(USER_ID, (match, id: string) => {
    const user = state.users.values().find((candidate) => candidate.id === id);
    return user === undefined ? match : `"${user.arn}"`;
  });
}
