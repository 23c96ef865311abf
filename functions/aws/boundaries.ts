import { type IAMClient, PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { denyAllPolicyArn } from '../core/steps.js';

/** No user has this name: asking for its boundary changes nothing. */
const nobody = 'iam-lifecycle.no-such-user';

/**
 * Does this endpoint keep permissions boundaries? AWS does; some emulators take one with CreateUser, forget it, and fail
 * at PutUserPermissionsBoundary. To be asked with a client that does not try again.
 */
export async function keepsBoundaries(iam: IAMClient): Promise<boolean> {
  return isImplemented(
    iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: nobody, PermissionsBoundary: denyAllPolicyArn }),
    ),
  );
}

/** Whatever AWS says of a user that nobody has; an emulator fails where it does not know the action. No answer at all escapes. */
export async function isImplemented(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === undefined) throw error;
    return $metadata.httpStatusCode < 500 && name !== 'InvalidAction';
  }
}
