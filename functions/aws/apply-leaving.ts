import { DeleteSecretCommand, RemoveRegionsFromReplicationCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteParametersCommand } from '@aws-sdk/client-ssm';
import type { Outcome } from '../core/advance.js';
import type { Step } from '../core/steps.js';
import { applyToCredential, deactivateMfaDevice, deleteVirtualMfaDevice } from './apply-credential.js';
import { applyUserStep } from './apply-user.js';
import type { Clients } from './clients.js';

/** Secrets Manager's longest window: a deleted secret can be brought back for 30 days. */
const recoveryWindowInDays = 30;

/** Turns a step of a departure or a return into calls: on the user, on its other credentials, on what held its key. */
export async function applyLeavingStep(
  step: Step,
  { iam, secretsManager, ssm }: Pick<Clients, 'iam' | 'secretsManager' | 'ssm'>,
): Promise<Outcome> {
  switch (step.step) {
    case 'RemoveReplicas':
      await secretsManager.send(
        new RemoveRegionsFromReplicationCommand({
          SecretId: step.secretArn,
          RemoveReplicaRegions: [...step.regions],
        }),
      );
      break;
    case 'DeleteSecret':
      await secretsManager.send(
        new DeleteSecretCommand({ SecretId: step.secretArn, RecoveryWindowInDays: recoveryWindowInDays }),
      );
      break;
    case 'DeleteParameters':
      // Names that are not there are told of in the answer and fail nothing.
      await ssm.send(new DeleteParametersCommand({ Names: [...step.names] }));
      break;
    case 'DeactivateCredential':
    case 'ReactivateCredential':
    case 'DeleteCredential':
      await applyToCredential(step, iam);
      break;
    case 'DeactivateMfaDevice':
      await deactivateMfaDevice(iam, step.user, step.serialNumber);
      break;
    case 'DeleteVirtualMfaDevice':
      await deleteVirtualMfaDevice(iam, step.user, step.serialNumber);
      break;
    default:
      return applyUserStep(step, { iam });
  }
  return { step: step.step };
}
