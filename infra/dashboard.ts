import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmsProps } from './alarms.js';
import { ownMetric } from './metrics.js';
import { prefix } from './names.js';

const hour = Duration.hours(1);

/** One page: are keys young, is the roster kept, is anything waiting or given up, do the functions work. */
export function addDashboard(scope: Construct, { functions, queues, api }: Omit<AlarmsProps, 'topic'>): void {
  const all = Object.values(functions);
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName: prefix,
    defaultInterval: Duration.days(7),
    widgets: [
      [
        graph('Age of the oldest key, in seconds', [ownMetric('OldestKeyAge', 'Maximum', hour)]),
        graph('What a person must look at', [
          ownMetric('AttentionBlocked', 'Sum', hour),
          ownMetric('AttentionFailure', 'Sum', hour),
          ownMetric('AttentionOverdue', 'Sum', hour),
          ownMetric('AttentionBlastBrake', 'Sum', hour),
          ownMetric('AttentionLeakedKey', 'Sum', hour),
          ownMetric('AttentionLeakHeld', 'Sum', hour),
          ownMetric('OutcomeForeign', 'Sum', hour),
          ...(functions.revoke ? [ownMetric('AttentionSessionsLeft', 'Sum', hour)] : []),
        ]),
      ],
      ...(functions.reconcile ? [rosterGraphs()] : []),
      [
        graph(
          'Messages waiting',
          [queues.rotate, queues.offboard, queues.respond, ...(queues.revoke ? [queues.revoke] : [])].map(
            (queue) => queue.metricApproximateNumberOfMessagesVisible(),
          ),
        ),
        graph(
          'Messages given up',
          Object.values(queues.deadLetters).map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
        ),
      ],
      [
        graph(
          'Runs',
          all.map((one) => one.metricInvocations()),
        ),
        graph(
          'Failed runs',
          all.map((one) => one.metricErrors()),
        ),
      ],
      [
        graph(
          'Duration, p95',
          all.map((one) => one.metricDuration({ statistic: 'p95' })),
        ),
        graph('API', [api.metricCount(), api.metricClientError(), api.metricServerError()]),
      ],
    ],
  });
}

function rosterGraphs(): cloudwatch.GraphWidget[] {
  return [
    graph('What the roster asks for in vain', [
      ownMetric('AttentionRosterConflict', 'Sum', hour),
      ownMetric('AttentionRosterNotPermitted', 'Sum', hour),
      ownMetric('AttentionRosterOffboarding', 'Sum', hour),
      ownMetric('AttentionRosterBlastBrake', 'Sum', hour),
    ]),
    graph('Runs over the roster', [ownMetric('RosterFindings', 'SampleCount', hour)]),
  ];
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 12, height: 6 });
}
