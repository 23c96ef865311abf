import { type IAMClient, ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam';
import { isImplemented } from './boundaries.js';

/** No user has this name. */
const nobody = 'iam-lifecycle.no-such-user';

/**
 * Does this endpoint list service-specific credentials? AWS does; some emulators fail at it. To be asked with a client that
 * does not try again.
 */
export function listsServiceCredentials(iam: IAMClient): Promise<boolean> {
  return isImplemented(iam.send(new ListServiceSpecificCredentialsCommand({ UserName: nobody })));
}

type Call = (args: unknown) => Promise<unknown>;
type Middleware = (next: Call, context: { readonly commandName?: string }) => Call;

const emptyListing: Middleware = (next, context) => (args) =>
  context.commandName === 'ListServiceSpecificCredentialsCommand'
    ? Promise.resolve({ output: { ServiceSpecificCredentials: [], $metadata: {} } })
    : next(args);

/** From now on the listing is empty: at an endpoint that does not know these credentials nobody has any. */
export function withoutServiceCredentials(iam: IAMClient): void {
  // The stack is typed for every command of the client at once.
  iam.middlewareStack.add(emptyListing as never, { step: 'initialize' });
}
