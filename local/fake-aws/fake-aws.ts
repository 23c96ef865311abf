import type { Clients, KeyPair } from '../../functions/aws/clients.js';
import type { ReviewClients } from '../../functions/aws/review-clients.js';
import { createClients } from './clients.js';
import { cloudTrailOperations, TrailState } from './cloudtrail.js';
import { dynamodbOperations, type Tables } from './dynamodb.js';
import { isAwsError, kmsDenied, serverFailed, throttled, timeoutError } from './errors.js';
import { EventBridgeState, eventBridgeOperations } from './eventbridge.js';
import { iamOperations } from './iam.js';
import { IamState } from './iam-state.js';
import { kmsOperations, KmsState } from './kms.js';
import { notModelled } from './operation.js';
import { createReviewClients } from './review-clients.js';
import { secretsManagerOperations } from './secrets-manager.js';
import { SecretsState } from './secrets-state.js';
import { sqsOperations, type Queues } from './sqs.js';
import { BucketsState, s3Operations } from './s3.js';
import { snsOperations, SnsState } from './sns.js';
import { sessionMay } from './sessions.js';
import { ssmOperations } from './ssm.js';
import { ParametersState } from './ssm-state.js';
import { stsOperations } from './sts.js';
import { Truth } from './truth.js';
import { SimulatedCrash, type Call, type FakeAwsOptions, type Fault, type Invocation } from './types.js';
import type { Moment, Operation, Operations, Service } from './types.js';
import { type Kept, type Snapshot, keptTables } from './snapshot.js';
import { createWorld, type World } from './world.js';

export { VirtualClock } from './clock.js';
export { Invocation, SimulatedCrash } from './types.js';
export type { Call, FakeAwsOptions, Fault, Service } from './types.js';
export type { Snapshot } from './snapshot.js';
export type { Truth } from './truth.js';

export interface FakeRequest {
  readonly service: Service;
  readonly operation: string;
  readonly input: object;
  readonly signer?: KeyPair | undefined;
  /** Where it is sent to; default the account's region. */
  readonly region?: string;
  readonly invocation: Invocation;
}

const SERVICE_NAMES: Readonly<Record<Service, string>> = {
  iam: 'IAM',
  sts: 'STS',
  secretsmanager: 'Secrets Manager',
  ssm: 'SSM',
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  events: 'EventBridge',
  s3: 'S3',
  cloudtrail: 'CloudTrail',
  kms: 'KMS',
  sns: 'SNS',
};
/** The services whose reads may look behind the truth. */
const lateReaders: ReadonlySet<Service> = new Set(['iam', 'secretsmanager', 'ssm']);
const DEFAULT_LATENCY_MS = 40;
const SECRET_FIELDS = ['SecretString', 'SecretBinary', 'SecretAccessKey', 'Password', 'Value'];

/** One AWS account in memory; see fake-aws.md for what it does and what it refuses. */
export class FakeAws {
  readonly truth: Truth;
  private readonly world: World;
  private readonly iam: IamState;
  private readonly trail: TrailState;
  private readonly eventBridge: EventBridgeState;
  private readonly operations: Record<Service, Operations>;
  private readonly kept: Readonly<Record<string, Kept>>;
  private readonly listeners: ((call: Call) => void)[] = [];
  private log: Call[] = [];
  private callsSoFar = 0;

  constructor(private readonly options: FakeAwsOptions) {
    this.world = createWorld(options);
    this.iam = new IamState(this.world);
    this.trail = new TrailState(this.iam);
    const secrets = new SecretsState(this.world);
    const parameters = new ParametersState(this.world);
    const tables: Tables = new Map();
    const queues: Queues = new Map();
    const buckets = new BucketsState(this.iam);
    const kms = new KmsState(this.iam);
    const sns = new SnsState(this.iam);
    const eventBridge = new EventBridgeState(this.world, queues);
    this.eventBridge = eventBridge;
    this.operations = {
      iam: iamOperations(this.iam),
      sts: stsOperations(this.iam),
      secretsmanager: secretsManagerOperations(secrets),
      ssm: ssmOperations(parameters),
      dynamodb: dynamodbOperations(this.world, tables),
      sqs: sqsOperations(this.iam, queues),
      events: eventBridgeOperations(eventBridge),
      s3: s3Operations(buckets, eventBridge),
      cloudtrail: cloudTrailOperations(this.trail),
      kms: kmsOperations(kms),
      sns: snsOperations(sns),
    };
    this.kept = {
      iam: this.iam,
      secretsmanager: secrets,
      ssm: parameters,
      dynamodb: keptTables(tables),
      s3: buckets,
      kms,
      sns,
      cloudtrail: this.trail,
    };
    this.truth = new Truth(this.iam, secrets, parameters, tables, queues, eventBridge, buckets);
  }

  /** The account as it was when its snapshot was taken. */
  static restore(options: Omit<FakeAwsOptions, 'seed'>, snapshot: Snapshot): FakeAws {
    const account = new FakeAws({ ...options, seed: snapshot.seed });
    account.world.mintedSecrets.push(...snapshot.mintedSecrets);
    for (const [service, part] of Object.entries(account.kept)) {
      if (service in snapshot.services) part.load(snapshot.services[service] as never);
    }
    return account;
  }

  /** All that the account's services keep, secrets included. */
  snapshot(): Snapshot {
    return {
      seed: this.world.random.position,
      mintedSecrets: [...this.world.mintedSecrets],
      services: Object.fromEntries(
        Object.entries(this.kept).map(([service, part]) => [service, part.dump()]),
      ),
    };
  }

  /** All calls so far, in the order of their arrival; no secret is in them. */
  get calls(): readonly Call[] {
    return this.log;
  }

  /** Every secret access key ever minted. */
  get mintedSecrets(): readonly string[] {
    return this.world.mintedSecrets;
  }

  clearCalls(): void {
    this.log = [];
  }

  /** Called at once after each applied mutation. */
  onEffect(listener: (call: Call) => void): void {
    this.listeners.push(listener);
  }

  /** Whether STS accepts this key at this instant. */
  isUsable(accessKeyId: string): boolean {
    return this.iam.keyRing.isUsable(accessKeyId);
  }

  /** For whoever checks signatures on the account's behalf, as the wire server does. */
  secretOf(accessKeyId: string): string | undefined {
    return this.iam.keyRing.secretOf(accessKeyId);
  }

  /** A client's use of a key, for GetAccessKeyLastUsed and the credential report. */
  useKey(accessKeyId: string, service = 's3', region = this.world.region): void {
    this.iam.recordUse(accessKeyId, service, region);
  }

  /** Whether a role session with this token may do that at this instant. */
  sessionMay(token: string, action: string, resource = '*'): boolean {
    return sessionMay(this.iam, token, action, resource);
  }

  /** Something that a service of AWS's own tells the account, on its default bus. */
  announce(source: `aws.${string}`, detailType: string, detail: Readonly<Record<string, unknown>>): void {
    this.eventBridge.tell({ source, 'detail-type': detailType, resources: [], detail });
  }

  clients(invocation: Invocation): Clients {
    return createClients(this.world.region, (request) => this.handle({ ...request, invocation }));
  }

  /** Clients of one region. CloudTrail and S3 know of all that this account does; of the rest another region has nothing. */
  reviewClients(region: string, invocation: Invocation): ReviewClients {
    return createReviewClients(region, (request) => {
      const isEmpty = region !== this.world.region && !['cloudtrail', 's3'].includes(request.service);
      const account = isEmpty ? new FakeAws({ ...this.options, region }) : this;
      return account.handle({ ...request, region, invocation });
    });
  }

  /** The one entry of all calls. */
  async handle(request: FakeRequest): Promise<object> {
    const operation = this.operationFor(request);
    assertAlive(request.invocation);
    const call = this.record(request, operation);
    try {
      const output = await this.serve(request, operation, call);
      call.outcome = 'ok';
      return output;
    } catch (error) {
      call.outcome = (error as Error).name;
      throw error;
    }
  }

  private operationFor({ service, operation: name, input }: FakeRequest): Operation {
    const operation = this.operations[service][name];
    if (operation === undefined) return notModelled(`${SERVICE_NAMES[service]} ${name}Command`);
    for (const [parameter, value] of Object.entries(input)) {
      if (value !== undefined && !operation.parameters.has(parameter))
        notModelled(`parameter ${parameter} of ${name}`);
    }
    return operation;
  }

  private record(
    { service, operation, input, signer, invocation }: FakeRequest,
    { mutating }: Operation,
  ): Call {
    const call: Call = {
      seq: this.callsSoFar++,
      at: this.world.clock.now(),
      caller: invocation.caller,
      service,
      operation,
      input: withoutSecrets(input),
      mutating,
      ...(signer !== undefined && { signer: signer.accessKeyId }),
    };
    this.log.push(call);
    return call;
  }

  private async serve(request: FakeRequest, operation: Operation, call: Call): Promise<object> {
    const { invocation } = request;
    const fault = await this.options.intervene?.(call);
    assertAlive(invocation);
    if (fault === 'crash-before') crash(invocation);
    const prepared = operation.prepare?.(request.input as never);
    const halfMs = (this.options.latencyMs?.(call) ?? DEFAULT_LATENCY_MS) / 2;
    await this.pass(halfMs, invocation);
    const outcome = refusalBy(fault, call.service) ?? this.attempt(request, operation, call, prepared);
    if (fault === 'crash-after') crash(invocation);
    await this.pass(halfMs, invocation);
    if (fault === 'timeout-applied') throw timeoutError();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  /** The effect, at one instant. Errors of AWS are answers and travel back; others are bugs and surface here. */
  private attempt(request: FakeRequest, operation: Operation, call: Call, prepared: unknown): object {
    try {
      const output = operation.run(request.input as never, this.momentOf(request, call, prepared));
      this.trail.record(call, keyOf(request), output, undefined);
      if (operation.mutating) for (const listener of this.listeners) listener(call);
      return { ...output, $metadata: { httpStatusCode: 200, requestId: `fake-aws-${call.seq}` } };
    } catch (error) {
      if (!isAwsError(error)) throw error;
      this.trail.record(call, keyOf(request), {}, (error as Error).name);
      return error as Error;
    }
  }

  private momentOf(
    { signer, service, region = this.world.region }: FakeRequest,
    call: Call,
    prepared: unknown,
  ): Moment {
    const now = this.world.clock.now();
    const canLag = !call.mutating && lateReaders.has(service);
    const lagMs = canLag ? Math.min(this.options.lagMs?.(call) ?? 0, this.world.historyMs) : 0;
    return { now, asOf: lagMs > 0 ? now - lagMs : undefined, call, region, signer, prepared };
  }

  private async pass(ms: number, invocation: Invocation): Promise<void> {
    if (ms > 0) await this.world.clock.sleep(ms);
    assertAlive(invocation);
  }
}

/** The key behind a call, where it is a user's or a session's. */
function keyOf({ signer, invocation }: FakeRequest): string | undefined {
  return signer?.accessKeyId ?? invocation.accessKeyId;
}

function refusalBy(fault: Fault | undefined, service: Service): Error | undefined {
  if (fault === 'throttle') return throttled(service);
  if (fault === 'fail') return serverFailed(service);
  if (fault === 'kms-denied') return kmsDenied(service);
  return fault === 'timeout-unapplied' ? timeoutError() : undefined;
}

function assertAlive(invocation: Invocation): void {
  if (invocation.crashed) throw new SimulatedCrash(`${invocation.caller} is dead`);
}

function crash(invocation: Invocation): never {
  invocation.crashed = true;
  throw new SimulatedCrash(`${invocation.caller} crashed`);
}

function withoutSecrets(input: object): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...input };
  for (const field of SECRET_FIELDS) if (field in copy) copy[field] = '[secret]';
  return copy;
}
