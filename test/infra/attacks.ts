import { type Attack, attack } from './attack.js';
import { leaverAttacks, policyAttacks } from './attacks-rights.js';
import { leakAttacks } from './attacks-leaks.js';
import { parameterAttacks } from './attacks-parameters.js';
import { eventAttacks } from './attacks-events.js';
import { evidenceAttacks } from './attacks-evidence.js';
import { rosterAttacks } from './attacks-roster.js';
import { sessionAttacks } from './attacks-sessions.js';
import { secretAttacks } from './attacks-secrets.js';
import { roleAttacks, surroundingAttacks } from './attacks-surroundings.js';
import { outsideThePath, tagAttacks, untaggedUnderThePath } from './attacks-users.js';
import { escalations } from './escalations.js';

export type { Attack } from './attack.js';

export const attacks: readonly Attack[] = [
  ...escalations.map(({ title, requests }) => attack('Known escalation methods', title, requests)),
  ...outsideThePath,
  ...untaggedUnderThePath,
  ...tagAttacks,
  ...policyAttacks,
  ...leaverAttacks,
  ...secretAttacks,
  ...parameterAttacks,
  ...rosterAttacks,
  ...evidenceAttacks,
  ...sessionAttacks,
  ...leakAttacks,
  ...eventAttacks,
  ...surroundingAttacks,
  ...roleAttacks,
];
