import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { hourMs, parseDuration, secondMs } from '../functions/core/instants.js';
import type { Settings } from './config.js';
import type { FunctionsByName } from './functions.js';
import { type AttentionKind, ownMetric } from './metrics.js';
import { pascalCase, prefix } from './names.js';
import { functionNames } from './permissions.js';
import type { Queues } from './queues.js';

export interface AlarmsProps {
  readonly settings: Settings;
  readonly functions: FunctionsByName;
  readonly queues: Queues;
  readonly api: apigateway.HttpApi;
  readonly topic: ITopic;
}

interface Alarm {
  /** Also its heading in docs/operations.md. */
  readonly name: string;
  readonly says: string;
  readonly metric: cloudwatch.IMetric;
  readonly atLeast: number;
  readonly periods?: number;
  readonly missing?: cloudwatch.TreatMissingData;
}

const shortPeriod = Duration.minutes(5);
const longPeriod = Duration.hours(1);

/** What is said of each kind of attention; null where the one who asked has been told already. */
const attention: Readonly<Record<AttentionKind, string | null>> = {
  Blocked: 'A user cannot go on by itself: something in its way needs a person.',
  Failure: 'A message or a request failed and will be tried again.',
  Evidence:
    'Something of a departure could not be written down: the user is contained, and not purged before it is.',
  LateAct: 'A leaver still did something after its departure was decided: a person must judge what.',
  EventLost: 'Something was done, and the event that says so was not taken by the bus.',
  Disowned: 'A user of ours lost the tag that makes it ours: nothing here looks after it any more.',
  Overdue: 'A user has an old key that was not rotated in time.',
  BlastBrake: 'More users are due to be purged at once than the configuration allows: none was.',
  LeakedKey: 'An access key leaked: somebody must find out where, and what it was used for.',
  LeakHeld: 'A user whose key leaked stays denied, and only a person can end that.',
  Conflict: null,
  SessionsLeft: "A leaver's sessions of a role could not be ended; they may last for hours.",
  RosterConflict: 'The roster names a user, or gives it something, that cannot be had as it says.',
  RosterNotPermitted: "The roster asks for something that an operator's own rights alone allow.",
  RosterOffboarding: 'The roster names a user that is on its way out.',
  RosterBlastBrake: 'More users would leave at once with the roster than a tenth: none does.',
  RosterUnmanaged: null,
};

/** One alarm for everything that a person must know of, and nothing else. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(props.topic);
    const alarms = [
      ...ofAttention(props),
      ...ofKeys(props),
      ...ofRoster(props),
      ...ofQueues(props),
      ...ofFunctions(props),
      ...ofApi(props),
    ];
    for (const { name, says, metric, atLeast, periods = 1, missing } of alarms) {
      const alarm = new cloudwatch.Alarm(this, pascalCase(name), {
        alarmName: `${prefix}-${name}`,
        alarmDescription: `${says} What to do: docs/operations.md, "${name}".`,
        metric,
        threshold: atLeast,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: missing ?? cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}

function ofAttention({ functions }: AlarmsProps): Alarm[] {
  const isHeard = (kind: string) =>
    (functions.reconcile !== undefined || !kind.startsWith('Roster')) &&
    (functions.revoke !== undefined || kind !== 'SessionsLeft');
  const told = Object.entries(attention).flatMap(([kind, says]) =>
    says === null || !isHeard(kind) ? [] : [{ kind: kind as AttentionKind, says }],
  );
  return told.map(({ kind, says }) => ({
    name: `attention-${kebabCase(kind)}`,
    says,
    metric: ownMetric(`Attention${kind}`, 'Sum', longPeriod),
    atLeast: 1,
  }));
}

function ofKeys({ settings }: AlarmsProps): Alarm[] {
  const { rotateAfter, maxOverlap } = settings.windows;
  const limitSeconds = (parseDuration(rotateAfter) + parseDuration(maxOverlap)) / secondMs;
  return [
    {
      name: 'oldest-key',
      says: `A key is older than ${rotateAfter} and ${maxOverlap} together.`,
      metric: ownMetric('OldestKeyAge', 'Maximum', longPeriod),
      atLeast: limitSeconds,
    },
    {
      name: 'scan-silent',
      says: 'No scan has ended for three turns of the schedule: nothing is rotated and nobody would tell.',
      ...silenceOf('OldestKeyAge', settings.scanEvery),
    },
    {
      name: 'foreign-key',
      says: 'A user has an access key that was not made here, which may stand in the way of a rotation.',
      metric: ownMetric('OutcomeForeign', 'Sum', longPeriod),
      atLeast: 1,
    },
    {
      name: 'lease-conflicts',
      says: 'Many runs met a user that another run was at work on.',
      metric: ownMetric('LeaseConflict', 'Sum', longPeriod),
      atLeast: 100,
    },
  ];
}

function ofRoster({ settings, functions }: AlarmsProps): Alarm[] {
  if (!functions.reconcile) return [];
  return [
    {
      name: 'reconcile-silent',
      says: 'The roster was not kept for three turns of its schedule: nothing is repaired and nobody would tell.',
      ...silenceOf('RosterFindings', settings.reconcileEvery),
    },
  ];
}

/** That a run which should end by saying this has not ended for three turns of its schedule. */
function silenceOf(
  name: 'OldestKeyAge' | 'RosterFindings',
  every: string,
): Pick<Alarm, 'metric' | 'atLeast' | 'periods' | 'missing'> {
  return {
    metric: new cloudwatch.MathExpression({
      expression: 'IF(FILL(scans, 0) > 0, 0, 1)',
      usingMetrics: { scans: ownMetric(name, 'SampleCount', longPeriod) },
      period: longPeriod,
      label: 'hours without a run',
    }),
    atLeast: 1,
    periods: Math.ceil((3 * parseDuration(every)) / hourMs),
    missing: cloudwatch.TreatMissingData.BREACHING,
  };
}

function ofQueues({ queues }: AlarmsProps): Alarm[] {
  const dead = Object.entries(queues.deadLetters).map(([name, queue]) => ({
    name: `${name}-dead-letters`,
    says: 'A message was given up; it is kept for 14 days from when it was first sent.',
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: shortPeriod }),
    atLeast: 1,
  }));
  const patience = { rotate: 60, offboard: 60, revoke: 60, respond: 15 } as const;
  const old = (['rotate', 'offboard', 'revoke', 'respond'] as const).flatMap((name) => {
    const queue = queues[name];
    if (!queue) return [];
    return [
      {
        name: `${name}-queue-old`,
        says: `A message has been waiting for more than ${patience[name]} minutes.`,
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: shortPeriod }),
        atLeast: Duration.minutes(patience[name]).toSeconds(),
      },
    ];
  });
  return [...dead, ...old];
}

function ofFunctions({ functions }: AlarmsProps): Alarm[] {
  return functionNames.flatMap((name) => {
    const watched = functions[name];
    if (!watched) return [];
    return [
      {
        name: `${name}-errors`,
        says: 'The function itself failed: a crash, a timeout, a wrong environment.',
        metric: watched.metricErrors({ statistic: 'Sum', period: shortPeriod }),
        atLeast: 1,
      },
      {
        name: `${name}-throttles`,
        says: 'The function was wanted more often at once than it may run.',
        metric: watched.metricThrottles({ statistic: 'Sum', period: shortPeriod }),
        atLeast: 1,
        periods: 3,
      },
    ];
  });
}

function ofApi({ api }: AlarmsProps): Alarm[] {
  return [
    {
      name: 'api-failures',
      says: 'The API answered with a failure of its own.',
      metric: api.metricServerError({ statistic: 'Sum', period: shortPeriod }),
      atLeast: 1,
    },
  ];
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
