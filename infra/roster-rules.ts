import { boundaryName } from '../functions/core/roster/boundary.js';
import type { Roster } from '../functions/core/roster/roster.js';
import { InvalidConfig, type Settings } from './config.js';

/** Rules between a configuration and the roster that it names. Throws InvalidConfig, once, for everything that is wrong. */
export function checkAgainstRoster(settings: Settings, roster: Roster, source: string): void {
  const faults = [...deploymentFaults(settings, roster), ...policyFaults(settings, roster)];
  if (faults.length > 0)
    throw new InvalidConfig([`${source} has ${faults.length} fault(s)`, ...faults].join('\n  '));
}

const fault = (name: string, value: unknown, rule: string) => `${name} is ${JSON.stringify(value)}: ${rule}`;

function deploymentFaults({ account, userPath, roster: file }: Settings, roster: Roster): string[] {
  return [
    ...(account === undefined || account === roster.accountId
      ? []
      : [fault('account', account, `it must be that of ${file}, ${roster.accountId}`)]),
    ...(userPath === roster.userPath
      ? []
      : [fault('userPath', userPath, `it must be that of ${file}, ${roster.userPath}`)]),
  ];
}

/** The roster writes the policies of its roles and the boundary: whatever else would write them must agree. */
function policyFaults(settings: Settings, roster: Roster): string[] {
  const { roles, sessionPin, managedPolicies, boundaryArn, roster: file } = settings;
  const known = Object.values(roster.assumableRoles);
  const strange = Object.entries(roles).filter(([, arn]) => !known.includes(arn));
  const hasOwnBoundary = roster.policies.some(({ name }) => name === boundaryName);
  return [
    ...strange.map(([key, arn]) =>
      fault(
        `roles.${key}`,
        arn,
        `it must be one of the assumableRoles of ${file}, for which the boundary is made`,
      ),
    ),
    ...(sessionPin === 'none'
      ? []
      : [
          fault(
            'sessionPin',
            sessionPin,
            `it must be none: ${file} writes the policies of roles without one`,
          ),
        ]),
    ...(managedPolicies.length === 0
      ? []
      : [
          fault(
            'managedPolicies',
            managedPolicies,
            `it must be empty: ${file} says which policies users have`,
          ),
        ]),
    ...(boundaryArn === undefined || !hasOwnBoundary
      ? []
      : [
          fault(
            'boundaryArn',
            boundaryArn,
            `${file} makes a boundary of its own: give this one as its defaults.permissionsBoundary too, and to no user another`,
          ),
        ]),
  ];
}
