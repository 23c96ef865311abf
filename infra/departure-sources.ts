import type * as events from 'aws-cdk-lib/aws-events';
import { type DepartureSource, reportType } from '../functions/core/departure-source.js';
import { eventSource } from '../functions/core/names.js';
import type { DepartureSourceSettings } from './config-sources.js';

/** The whole event as JSON, which EventBridge puts in place of this. It is a value of its own, and nothing in it can end it. */
const wholeEvent = '<aws.events.event.json>';

export function patternOf({ pattern }: DepartureSourceSettings): events.EventPattern {
  const { 'detail-type': detailType, ...others } = pattern;
  return { ...others, detailType } as events.EventPattern;
}

/**
 * What goes into the queue: the declaration, and the event as it came. EventBridge could pick the values out of it
 * and does not escape them (user guide, "Common issues with transforming input"): a name with a quote in it would
 * write the message's other fields. So the function follows the paths.
 */
export function inputOf(settings: DepartureSourceSettings): events.RuleTargetInput {
  const report = {
    source: eventSource,
    'detail-type': reportType,
    detail: { source: declarationOf(settings), event: wholeEvent },
  };
  const inputTemplate = JSON.stringify(report).replace(JSON.stringify(wholeEvent), wholeEvent);
  return { bind: () => ({ inputTemplate }) };
}

function declarationOf({ name, kind, paths, quarantine }: DepartureSourceSettings): DepartureSource {
  const { userName, userId = null, at, reason = null } = paths;
  return { name, kind, paths: { userName, userId, at, reason }, quarantine: quarantine ?? null };
}
