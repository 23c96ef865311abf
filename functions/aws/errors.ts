/**
 * What an AWS error means, judged by its name: the SDK's classes are one per bundle, names are one per service.
 * Everything that is not asked for here escapes to the caller, so that retries and alarms work.
 */
function isNamed(...names: string[]) {
  return (error: unknown): boolean => error instanceof Error && names.includes(error.name);
}

/** IAM and Secrets Manager: there is no such thing (or it is not visible yet). */
export const isNotFound = isNamed('NoSuchEntityException', 'ResourceNotFoundException');
export const isAlreadyThere = isNamed('EntityAlreadyExistsException', 'ResourceExistsException');
/** Whoever asks lacks the right, or the thing is none of this account's. */
export const isAccessDenied = isNamed('AccessDenied', 'AccessDeniedException');
/** SSM: a parameter has this name already. */
export const isParameterThere = isNamed('ParameterAlreadyExists');
/** IAM: the user has this very key already. */
export const isDuplicateSshKey = isNamed('DuplicateSSHPublicKeyException');
/** Secrets Manager: among other things, the policy names a user that is not visible yet. */
export const isMalformedPolicy = isNamed('MalformedPolicyDocumentException');
/** Secrets Manager: among other things, the secret is scheduled for deletion. */
export const isInvalidRequest = isNamed('InvalidRequestException');
/** A parameter that the service does not take, such as the marker of another listing. */
export const isInvalidInput = isNamed('ValidationError', 'ValidationException', 'InvalidInputException');
/** STS refuses a key that it does not know, or not yet. */
export const isKeyNotUsable = isNamed(
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
);
/** DynamoDB: somebody else's item is there. */
export const isConditionFailed = isNamed('ConditionalCheckFailedException');
const throttlingNames = /^(Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded)/;

/** A service asks for fewer calls. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && throttlingNames.test(error.name);
}

/** IAM has no credential report, or none that is recent enough. */
export const isReportMissing = isNamed(
  'CredentialReportNotPresentException',
  'CredentialReportExpiredException',
);
export const isReportInProgress = isNamed('CredentialReportNotReadyException');
/** S3: the bucket is there and has no policy. */
export const isNoBucketPolicy = isNamed('NoSuchBucketPolicy');
/** S3: the object that a call would write for the first time is there already. */
export const isPreconditionFailed = isNamed('PreconditionFailed');
export const isNoSuchBucket = isNamed('NoSuchBucket');
