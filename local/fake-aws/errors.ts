import * as cloudTrail from '@aws-sdk/client-cloudtrail';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { Service } from './types.js';

interface ErrorOptions {
  name: string;
  message: string;
  $fault: 'client' | 'server';
  $metadata: { httpStatusCode: number; requestId: string };
}
type ErrorClass = new (options: ErrorOptions) => Error;

const sdks: Record<Service, { readonly classes: object; readonly base: ErrorClass }> = {
  iam: { classes: iam, base: iam.IAMServiceException },
  sts: { classes: sts, base: sts.STSServiceException },
  secretsmanager: { classes: secretsManager, base: secretsManager.SecretsManagerServiceException },
  ssm: { classes: ssm, base: ssm.SSMServiceException },
  dynamodb: { classes: dynamodb, base: dynamodb.DynamoDBServiceException },
  sqs: { classes: sqs, base: sqs.SQSServiceException },
  events: { classes: eventBridge, base: eventBridge.EventBridgeServiceException },
  s3: { classes: s3, base: s3.S3ServiceException },
  cloudtrail: { classes: cloudTrail, base: cloudTrail.CloudTrailServiceException },
  kms: { classes: kms, base: kms.KMSServiceException },
  sns: { classes: sns, base: sns.SNSServiceException },
};

/**
 * An error as the SDK throws it: of its own class where it has one, else its service's base class under AWS's code.
 * `extra` are further fields of that error, such as the item of a failed condition.
 */
export function awsError(
  service: Service,
  name: string,
  status: number,
  message: string,
  extra: object = {},
): Error {
  const { classes, base } = sdks[service];
  const own = (classes as Record<string, ErrorClass | undefined>)[name];
  return new (own ?? base)({
    ...extra,
    name,
    message,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status, requestId: 'fake-aws' },
  });
}

export function isAwsError(error: unknown): boolean {
  return error instanceof Error && '$metadata' in error;
}

/** The answer never came: the caller cannot know whether the call took effect. */
export function timeoutError(): Error {
  return Object.assign(new Error('socket timed out without an answer'), { name: 'TimeoutError' });
}

export function throttled(service: Service): Error {
  const name = service === 'iam' || service === 'sts' ? 'Throttling' : 'ThrottlingException';
  return awsError(service, name, 400, 'Rate exceeded');
}

/** What Secrets Manager and SSM say when they may not use the KMS key of a secret or a parameter. */
export function kmsDenied(service: Service): Error {
  return awsError(service, 'AccessDeniedException', 400, 'Access to KMS is not allowed');
}

const serverErrorNames: Partial<Record<Service, string>> = {
  iam: 'ServiceFailureException',
  secretsmanager: 'InternalServiceError',
};

export function serverFailed(service: Service): Error {
  return awsError(
    service,
    serverErrorNames[service] ?? 'InternalServerError',
    500,
    'the service failed; nothing was done',
  );
}
