import { InvalidValue } from '../functions/core/invalid-value.js';
import { LeaseHeld } from '../functions/shell/lease.js';

/** Something that whoever typed the command can mend. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    message: string,
    /** What to do next, as a sentence. */
    readonly advice: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The second Ctrl-C, or the first where nothing is to be finished. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What to do about errors of AWS and of its SDK, by their names. */
const advices: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'Name a profile with --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or simulate an account with --embedded FILE.',
  ExpiredToken: 'Sign in again: the credentials have expired.',
  ExpiredTokenException: 'Sign in again: the credentials have expired.',
  InvalidClientTokenId: 'AWS does not know these credentials: check the profile.',
  UnrecognizedClientException: 'AWS does not know these credentials: check the profile.',
  AccessDenied: 'The credentials lack this right: take a role that has it.',
  AccessDeniedException: 'The credentials lack this right: take a role that has it.',
  ECONNREFUSED: 'Nothing listens there: check --endpoint-url.',
};

/** One message that says what is wrong, and where possible what to do. It never holds a secret. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = adviceFor(error);
  const name = isPlain(error) ? '' : `${error.name}: `;
  const message = error.message === '' ? codeOf(error) : error.message;
  return `${name}${message}${advice === null ? '' : `\n${advice}`}`;
}

/** Our own errors are sentences; others need their name to be found in a manual. */
function isPlain(error: Error): boolean {
  return (
    error instanceof CommandFailure ||
    error instanceof InvalidValue ||
    /^(Error|Invalid(Roster|Config|Plan)|LeaseHeld)$/.test(error.name)
  );
}

function adviceFor(error: Error): string | null {
  if (error instanceof CommandFailure) return error.advice;
  if (error instanceof LeaseHeld) return 'Try again in five minutes at the latest.';
  if (error.message === 'Region is missing') return 'Name one with --region or AWS_REGION.';
  return advices[error.name] ?? advices[codeOf(error)] ?? null;
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
