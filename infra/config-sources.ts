import * as z from 'zod';
import { eventPathRule, instantPathRule } from '../functions/core/departure-source.js';
import type { Rule } from '../functions/core/invalid-value.js';
import { tagValueRule } from '../functions/core/tags.js';
import { duration } from './config-values.js';
import { busName, ownDetailTypes, pascalCase } from './names.js';

/** Events of other systems that tell of departures and returns. */

const following = ({ says, pattern }: Rule) => z.string().regex(pattern, `it must be ${says}`);

const sourceName = following({
  says: 'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
  pattern: /^[a-z][a-z0-9-]{0,31}$/,
});
const bus = following({
  says: `lifecycle (the stack's own), default (the account's) or the name of a partner's bus in this account and region`,
  pattern: new RegExp(`^(?!${busName}$)(?=.{1,256}$)[\\w.-]+(/[\\w.-]+)*$`),
});
const reason = following({
  says: `${eventPathRule.says}, or a text of ${tagValueRule.says}`,
  pattern: new RegExp(`(?!^$)${tagValueRule.pattern.source}|${eventPathRule.pattern.source}`, 'u'),
});

const words = 'it must list what the event may say';
const matchers = z
  .array(z.union([z.string().min(1), z.strictObject({ prefix: z.string().min(1) })], words), words)
  .min(1, words);
const anyMatcher = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.record(z.string(), z.unknown()),
]);
const fields: z.ZodType<Readonly<Record<string, unknown>>> = z.record(
  z.string(),
  z.union([z.array(anyMatcher).min(1), z.lazy(() => fields)]),
);

/** Which events are meant: at least who sends them and of what type they are. */
const pattern = z.strictObject({
  source: matchers,
  'detail-type': matchers,
  account: matchers.optional(),
  region: matchers.optional(),
  resources: matchers.optional(),
  detail: fields.optional(),
});

const departureSource = z.strictObject({
  name: sourceName.describe('Names the rule, and stands in the reason of each departure.'),
  kind: z
    .enum(['offboard', 'restore'], 'it must be offboard or restore')
    .default('offboard')
    .describe('What such an event says of its user.'),
  bus: bus.default('lifecycle').describe('The bus that the events arrive on.'),
  pattern: pattern.describe('Which events: an event pattern of EventBridge with source and detail-type.'),
  paths: z
    .strictObject({
      userName: following(eventPathRule).describe('Where the name of the IAM user is.'),
      userId: following(eventPathRule)
        .optional()
        .describe('Where its unique id (AIDA…) is, if the events have it.'),
      at: following(instantPathRule)
        .default('$.time')
        .describe('Where the instant of the decision is, in ISO 8601.'),
      reason: reason.optional().describe('Where the reason is, or the reason itself.'),
    })
    .describe('Paths into the event, such as $.detail.target[0].alternateId.'),
  quarantine: duration('PT0S', 'P365D')
    .optional()
    .describe('In place of windows.offboardQuarantine; no event can say it.'),
});

export const departureSources = z
  .array(departureSource)
  .max(20, 'it must name at most 20 sources')
  .superRefine(checkSources)
  .default([])
  .describe('Events of other systems that tell of departures and returns.');

export type DepartureSourceSettings = z.output<typeof departureSource>;

function checkSources(sources: readonly DepartureSourceSettings[], context: z.core.$RefinementCtx): void {
  const tell = (path: PropertyKey[], input: unknown, message: string) =>
    context.addIssue({ code: 'custom', path, input, message });
  const seen = new Set<string>();
  for (const [index, { name, kind, bus, pattern, paths, quarantine }] of sources.entries()) {
    const id = pascalCase(name);
    if (seen.has(id)) tell([index, 'name'], name, 'it must differ from the others by more than hyphens');
    seen.add(id);
    if (kind === 'restore' && quarantine !== undefined)
      tell([index, 'quarantine'], quarantine, 'it must be left out: nobody who comes back has one');
    if (kind === 'restore' && paths.reason !== undefined)
      tell([index, 'paths', 'reason'], paths.reason, 'it must be left out: a return keeps none');
    if (bus !== 'lifecycle') continue;
    for (const field of ['source', 'detail-type'] as const) {
      if (!pattern[field].every((value) => typeof value === 'string'))
        tell(
          [index, 'pattern', field],
          pattern[field],
          "it must list whole texts: the bus's policy names them",
        );
    }
    const taken = pattern['detail-type'].filter((type) => ownDetailTypes.some((own) => own === type));
    if (taken.length > 0)
      tell([index, 'pattern', 'detail-type'], taken, 'it must be another: this one is taken as it comes');
  }
}
