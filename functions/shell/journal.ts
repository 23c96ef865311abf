import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { type Step, describe } from '../core/steps.js';

/** Of a request to the API: who asked, as the gateway knows it, and under which id. */
export interface AskedBy {
  readonly caller?: string | null;
  readonly requestId?: string;
}

/** One step that was done, or failed, with what was seen before it and why it was wanted. */
export interface StepEntry extends AskedBy {
  readonly functionName: string;
  readonly userName: string;
  readonly phase: string;
  readonly step: Step;
  readonly why: string;
}

/** Where a run over one user came to rest. */
export interface OutcomeEntry extends AskedBy {
  readonly functionName: string;
  readonly userName: string;
  readonly phase: string;
  readonly why: string;
  readonly steps: number;
}

/** What the functions have to say: to logs and metrics in the cloud, to a timeline in the demo. Never a secret. */
export interface Journal {
  done(entry: StepEntry): void;
  failed(entry: StepEntry, error: unknown): void;
  outcome(entry: OutcomeEntry): void;
  /** Something that a person must look at. */
  attention(kind: string, userName: string | null, why: string): void;
  measure(name: string, value: number, unit: 'Count' | 'Seconds'): void;
  note(message: string, details: Readonly<Record<string, unknown>>): void;
}

/** A value under one of these names is not logged, whatever put it there. */
const secretNames = /secretaccesskey|secretstring|sessiontoken|password|authorization/i;

export const logger = new Logger({
  serviceName: 'iam-lifecycle',
  jsonReplacerFn: (key, value: unknown) => (secretNames.test(key) ? '[secret]' : value),
});
export const metrics = new Metrics({ namespace: 'IamLifecycle', serviceName: 'iam-lifecycle' });

export const cloudJournal: Journal = {
  done: ({ step, ...entry }) => logger.info(describe(step), { ...entry, step: step.step }),
  failed: ({ step, ...entry }, error) =>
    logger.error(`failed to ${describe(step)}`, { ...entry, step: step.step, error: error as Error }),
  outcome(entry) {
    logger.info(`${entry.userName}: ${entry.phase}`, { ...entry });
    metrics.addMetric(`Outcome${entry.phase}`, MetricUnit.Count, 1);
  },
  attention(kind, userName, why) {
    logger.warn(why, { kind, userName });
    metrics.addMetric(`Attention${kind}`, MetricUnit.Count, 1);
  },
  measure: (name, value, unit) => metrics.addMetric(name, MetricUnit[unit], value),
  note: (message, details) => logger.info(message, { ...details }),
};

/** Each line says on whose behalf it was done. */
export function onBehalfOf(askedBy: AskedBy, journal: Journal): Journal {
  return {
    ...journal,
    done: (entry) => journal.done({ ...entry, ...askedBy }),
    failed: (entry, error) => journal.failed({ ...entry, ...askedBy }, error),
    outcome: (entry) => journal.outcome({ ...entry, ...askedBy }),
    note: (message, details) => journal.note(message, { ...details, ...askedBy }),
  };
}
