import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { OffboardingPhase } from '../functions/core/offboarding.js';
import type { OnboardingPhase } from '../functions/core/onboarding.js';
import type { ResponsePhase } from '../functions/core/response.js';
import type { RotationPhase } from '../functions/core/rotation-phase.js';
import type { RosterFinding } from '../functions/core/roster/roster-steps.js';
import type { Finding } from '../functions/core/scan.js';
import { prefix } from './names.js';

/** The functions' own metrics, as functions/shell/journal.ts emits them. */
const namespace = 'IamLifecycle';

type WithReason<Phase> = Phase extends { readonly reason: string; readonly phase: infer Name } ? Name : never;

/** What no function may do about a user of the roster. */
export type RosterAttention = `Roster${RosterFinding['kind']}`;

/** Everything that a function says a person must look at. */
export type AttentionKind =
  | Finding['kind']
  | RosterAttention
  | 'Failure'
  | 'Evidence'
  | 'LateAct'
  | 'EventLost'
  | 'SessionsLeft'
  | 'LeakedKey'
  | 'LeakHeld'
  | WithReason<RotationPhase | OffboardingPhase | OnboardingPhase | ResponsePhase>;

/** Where a run over a user may come to rest. */
type Outcome = (RotationPhase | OffboardingPhase | OnboardingPhase | ResponsePhase)['phase'];

type OwnMetric =
  | `Attention${AttentionKind}`
  | `Outcome${Outcome}`
  | 'OldestKeyAge'
  | 'LeaseConflict'
  | 'RosterFindings';

export function ownMetric(name: OwnMetric, statistic: string, period: Duration): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace,
    metricName: name,
    dimensionsMap: { service: prefix },
    statistic,
    period,
  });
}
