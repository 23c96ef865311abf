import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { operations } from '../functions/shell/operations.js';
import type { Settings } from './config.js';
import { logGroup } from './log-group.js';
import { apiLogGroupName, prefix } from './names.js';

const { HttpMethod } = apigateway;

/** Below the 30 s at which the gateway would give up on the function. */
const integrationTimeout = Duration.seconds(29);

interface ApiProps {
  readonly settings: Settings;
  readonly onboard: lambda.Function;
  readonly users: lambda.Function;
  readonly key: IKey;
}

/**
 * The HTTP API. Every route asks for authorisation. ANY takes the methods that a path does not know, and $default the
 * paths that nobody knows, so that they are answered as the others are: with a problem document.
 */
export class Api extends Construct {
  readonly api: apigateway.HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const toUsers = integrate('Users', props.users);
    this.api = new apigateway.HttpApi(this, 'Api', {
      apiName: prefix,
      description: 'Users of iam-lifecycle: onboard, list, show, offboard',
      createDefaultStage: false,
      defaultAuthorizer: authorizer(props.settings),
      defaultIntegration: toUsers,
    });
    this.addRoutes(integrate('Onboard', props.onboard), toUsers);
    this.url = this.addStage(props).url;
  }

  private addRoutes(toOnboard: HttpLambdaIntegration, toUsers: HttpLambdaIntegration): void {
    const add = (path: string, method: apigateway.HttpMethod, integration: HttpLambdaIntegration) =>
      this.api.addRoutes({ path, methods: [method], integration });
    const known = Object.values(operations);
    for (const { path, method, takenBy } of known)
      add(path, HttpMethod[method], takenBy === 'onboard' ? toOnboard : toUsers);
    for (const path of new Set(known.map((operation) => operation.path))) add(path, HttpMethod.ANY, toUsers);
  }

  private addStage({ settings, key }: ApiProps): apigateway.HttpStage {
    const logs = logGroup(this, 'AccessLogs', { name: apiLogGroupName, key, settings });
    return new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.api.requestsPerSecond, burstLimit: settings.api.burst },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
  }
}

function integrate(id: string, target: lambda.Function): HttpLambdaIntegration {
  return new HttpLambdaIntegration(id, target, {
    payloadFormatVersion: apigateway.PayloadFormatVersion.VERSION_2_0,
    timeout: integrationTimeout,
  });
}

/** Who asked for what, and what came of it. No header, no query and no body. */
const accessLog = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  caller: '$context.identity.userArn',
  subject: '$context.authorizer.claims.sub',
  sourceIp: '$context.identity.sourceIp',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

function authorizer({ api: { jwt } }: Settings): apigateway.IHttpRouteAuthorizer {
  return jwt
    ? new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: jwt.audience })
    : new HttpIamAuthorizer();
}
