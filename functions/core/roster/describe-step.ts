import { formatSpan } from '../instants.js';
import { describe, shortArn } from '../steps.js';
import type { RosterStep } from './roster-steps.js';

/** A step of a roster's plan in words. Documents and keys are named, never shown. */
export function describeRosterStep(step: RosterStep): string {
  switch (step.step) {
    case 'EnsureKey':
      return 'mint an access key and store it';
    case 'Offboard':
      return `offboard, ${quarantineText(step.quarantineMs)}`;
    case 'CreatePolicy':
      return `create managed policy ${step.policy.name} under ${step.policy.path}`;
    case 'UpdatePolicy': {
      const pruned = step.pruneVersionId === null ? '' : `, deleting version ${step.pruneVersionId} first`;
      return `make a new version of managed policy ${step.policy.name}${pruned}`;
    }
    case 'CreateGroup':
      return `create group ${step.groupName} under ${step.path}`;
    case 'AttachGroupPolicy':
      return `attach ${shortArn(step.policyArn)} to group ${step.groupName}`;
    case 'DetachGroupPolicy':
      return `detach ${shortArn(step.policyArn)} from group ${step.groupName}`;
    case 'PutInlinePolicy':
      return `put inline policy ${step.policyName} (${step.document.length} characters)`;
    case 'CreateLogin': {
      const { passwordLength, passwordResetRequired, pgpKey } = step.login;
      const reset = passwordResetRequired ? ', to be changed at the first sign-in' : '';
      const receiver = pgpKey === null ? "kept as the user's secret" : "encrypted to the user's PGP key";
      return `create a console login with a password of ${passwordLength} characters${reset}, ${receiver}`;
    }
    case 'UploadSshKey':
      return `upload an SSH public key of type ${step.body.trim().split(/\s/, 1)[0]}`;
    case 'SetPasswordPolicy':
      return `set the account's password policy: ${Object.entries(step.policy)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}`;
    default:
      return describe(step);
  }
}

function quarantineText(quarantineMs: number | null): string {
  if (quarantineMs === null) return 'with the quarantine of the configuration';
  return quarantineMs === 0 ? 'without quarantine' : `with a quarantine of ${formatSpan(quarantineMs)}`;
}
