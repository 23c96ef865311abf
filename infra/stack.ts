import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Roster } from '../functions/core/roster/roster.js';
import { parseDuration, secondMs } from '../functions/core/instants.js';
import { Alarms } from './alarms.js';
import { Api } from './api.js';
import { Bus } from './bus.js';
import type { Settings } from './config.js';
import { addDashboard } from './dashboard.js';
import { encryptionKey } from './encryption.js';
import { type Environments, environmentsOf } from './environment.js';
import { evidenceBucket } from './evidence.js';
import { Functions, type FunctionsByName, timeouts } from './functions.js';
import { KeepRoster } from './keep-roster.js';
import { LeakRules } from './leak-rules.js';
import { answerTable, leaseTable } from './tables.js';
import { busName, rosterKey, scanName } from './names.js';
import type { RevocationContext, RosterContext } from './permissions.js';
import { consumeQueues } from './queue-consumers.js';
import { Queues } from './queues.js';
import { Schedule } from './schedule.js';
import { attentionTopic } from './topic.js';
import { rosterBucket } from './roster-bucket.js';
import { RosterResources } from './roster-resources.js';
import { SessionPolicies } from './session-policies.js';
import { UserPolicies } from './user-policies.js';

interface LifecycleStackProps extends StackProps {
  readonly settings: Settings;
  readonly roster: Roster | null;
  /** The folder of the built functions. */
  readonly bundles: string;
}

const leaseMarginSeconds = 60;

/** How long a lease is held: the longest run under it, the settle time, and a minute for clocks that differ. */
function leaseSecondsOf({ windows }: Settings): number {
  return (
    Math.max(timeouts.rotate, timeouts.offboard, timeouts.respond) +
    parseDuration(windows.settle) / secondMs +
    leaseMarginSeconds
  );
}

/** All of iam-lifecycle in one account and region. */
export class LifecycleStack extends Stack {
  private readonly key: IKey;
  private readonly policies: UserPolicies;
  private readonly sessions: SessionPolicies;
  private readonly queues: Queues;
  private readonly rosterBucket: Bucket | null;
  private readonly evidenceBucket: Bucket;

  constructor(scope: Construct, id: string, props: LifecycleStackProps) {
    super(scope, id, props);
    const { settings, bundles, roster } = props;
    this.key = encryptionKey(this, settings.kmsKeyArn);
    this.policies = new UserPolicies(this, 'UserPolicies', settings, roster);
    this.evidenceBucket = evidenceBucket(new Construct(this, 'Evidence'), this.key, settings);
    this.rosterBucket = roster && rosterBucket(new Construct(this, 'Roster'));
    const visibility = Duration.seconds(leaseSecondsOf(settings));
    this.sessions = new SessionPolicies(this, 'SessionPolicies', settings);
    this.queues = new Queues(this, 'Queues', {
      key: this.key,
      visibility,
      hasRoster: roster !== null,
      revokesSessions: this.revokesSessions,
    });
    const functions = this.functions(settings, bundles, this.rosterContext(roster));
    const { scan, onboard, users } = functions;
    consumeQueues(this, functions, this.queues, settings);
    const { deadLetters } = this.queues;
    const bus = new Bus(this, 'Bus', {
      settings,
      offboard: this.queues.offboard,
      deadLetters: deadLetters.events,
    });
    new Schedule(this, 'Schedule', {
      id: 'Scan',
      name: scanName,
      description: 'Looks through the whole account',
      every: settings.scanEvery,
      target: scan,
      deadLetters: deadLetters.scan,
      key: this.key,
    });
    this.keepRoster(settings, functions);
    const { api, url } = new Api(this, 'Api', { settings, onboard, users, key: this.key });
    const topic = attentionTopic(this, this.key, settings.notify);
    new LeakRules(this, 'Leaks', {
      settings,
      respond: this.queues.respond,
      deadLetters: deadLetters.leaks,
      bus: bus.bus,
      topic,
    });
    const watched = { settings, functions, queues: this.queues, api };
    new Alarms(this, 'Alarms', { ...watched, topic });
    addDashboard(this, watched);
    this.addOutputs({ ApiUrl: url, BusArn: bus.busArn, AttentionTopicArn: topic.topicArn });
  }

  private get revokesSessions(): boolean {
    return Object.keys(this.sessions.listed).length > 0;
  }

  private get revocationContext(): RevocationContext | null {
    const { revoke } = this.queues;
    const listed = Object.values(this.sessions.listed);
    return (
      revoke && {
        queueArn: revoke.queueArn,
        roleArns: listed.map(({ roleArn }) => roleArn),
        policyArns: listed.map(({ policyArn }) => policyArn),
      }
    );
  }

  /** What the functions may know and do of the roster, whose policies and groups are made here. */
  private rosterContext(roster: Roster | null): RosterContext | null {
    if (roster === null || this.rosterBucket === null) return null;
    const made = this.policies.arnByName;
    const { policyArns, groupArns } = new RosterResources(this, 'RosterPolicies', { roster, made });
    return { objectArn: this.rosterBucket.arnForObjects(rosterKey), policyArns, groupArns };
  }

  private keepRoster({ reconcileEvery }: Settings, { reconcile }: FunctionsByName): void {
    const { rosterBucket: bucket, queues, key } = this;
    const { deadLetters } = queues;
    if (!bucket || !reconcile || !deadLetters.reconcile) return;
    new KeepRoster(this, 'KeepRoster', {
      every: reconcileEvery,
      bucket,
      reconcile,
      deadLetters: deadLetters.reconcile,
      key,
    });
    new CfnOutput(this, 'RosterBucket', { value: bucket.bucketName });
  }

  private functions(settings: Settings, bundles: string, roster: RosterContext | null): FunctionsByName {
    const { key, policies, queues } = this;
    const leases = leaseTable(this);
    const answers = answerTable(this);
    const plumbing = {
      keyArn: key.keyArn,
      failures: {
        scan: queues.deadLetters.scan.queueArn,
        ...(queues.deadLetters.reconcile ? { reconcile: queues.deadLetters.reconcile.queueArn } : {}),
      },
      isInVpc: settings.vpc !== undefined,
    };
    const context = {
      accountId: this.account,
      region: this.region,
      partition: this.partition,
      userPath: settings.userPath,
      adoptedArns: settings.adopted,
      boundaryArn: policies.boundaryArn,
      assumePolicyArns: settings.attach === 'users' ? Object.values(policies.assumePolicyArns) : [],
      roleGroupArns: Object.values(policies.groups).map(({ arn }) => arn),
      managedPolicyAllowList: settings.managedPolicies.map(({ arn }) => arn),
      rotateQueueArn: queues.rotate.queueArn,
      offboardQueueArn: queues.offboard.queueArn,
      respondQueueArn: queues.respond.queueArn,
      eventBusArn: this.formatArn({ service: 'events', resource: 'event-bus', resourceName: busName }),
      denySessionsArn: policies.denySessionsArn,
      leaseTableArn: leases.tableArn,
      answerTableArn: answers.tableArn,
      evidenceBucketArn: this.evidenceBucket.bucketArn,
      kmsKeyArn: key.keyArn,
      ssmBasePaths: [...new Set(settings.ssmBasePaths)],
      keyStoreKmsKeyArns: settings.keyStoreKmsKeyArns,
      roster,
      revocation: this.revocationContext,
    };
    const environments = this.environments(settings, {
      leaseTable: leases.tableName,
      answerTable: answers.tableName,
    });
    return new Functions(this, 'Functions', { settings, environments, context, plumbing, key, bundles }).all;
  }

  private environments(
    settings: Settings,
    tables: { readonly leaseTable: string; readonly answerTable: string },
  ): Environments {
    const { key, policies, queues } = this;
    const roles = Object.entries(settings.roles).map(
      ([name, roleArn]) =>
        [
          name,
          { roleArn, policyArn: policies.assumePolicyArns[name], groupName: policies.groups[name]?.name },
        ] as const,
    );
    return environmentsOf(settings, {
      accountId: this.account,
      boundaryArn: policies.boundaryArn,
      assumableRoles: this.toJsonString(Object.fromEntries(roles)),
      rotateQueueUrl: queues.rotate.queueUrl,
      offboardQueueUrl: queues.offboard.queueUrl,
      revokeQueueUrl: queues.revoke?.queueUrl ?? 'none',
      revocableRoles: this.toJsonString(this.sessions.listed),
      respondQueueUrl: queues.respond.queueUrl,
      denySessionsPolicyArn: policies.denySessionsArn,
      ...tables,
      leaseSeconds: leaseSecondsOf(settings),
      secretsKmsKey: key.keyArn,
      evidenceBucket: this.evidenceBucket.bucketName,
      rosterBucket: this.rosterBucket?.bucketName ?? '',
    });
  }

  private addOutputs(more: Readonly<Record<string, string>>): void {
    const outputs = {
      ...more,
      BoundaryArn: this.policies.boundaryArn,
      RotateQueueUrl: this.queues.rotate.queueUrl,
      OffboardQueueUrl: this.queues.offboard.queueUrl,
      RespondQueueUrl: this.queues.respond.queueUrl,
      KeyArn: this.key.keyArn,
      EvidenceBucket: this.evidenceBucket.bucketName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
