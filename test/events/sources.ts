import { readFileSync, readdirSync } from 'node:fs';
import type { LifecycleConfig } from '../../infra/config.js';

const folder = new URL('../../events/sources/', import.meta.url);

/** One source of departures as a configuration declares it, and an event of it as EventBridge has it. */
export interface SourceSample {
  readonly source: NonNullable<LifecycleConfig['departureSources']>[number];
  readonly event: {
    readonly source: string;
    readonly 'detail-type': string;
    readonly time: string;
    readonly detail: Readonly<Record<string, unknown>>;
  };
}

/** Every sample of events/sources by its name. */
export const sourceSamples: Readonly<Record<string, SourceSample>> = Object.fromEntries(
  readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as SourceSample,
  ]),
);

/** The same system, when it tells of somebody who is active again. */
export const back: SourceSample = {
  event: {
    ...sourceSamples['scim']!.event,
    detail: { ...sourceSamples['scim']!.event.detail, userName: 'anna@example.com', active: true },
  },
  source: {
    name: 'scim-back',
    kind: 'restore',
    pattern: { ...sourceSamples['scim']!.source.pattern, detail: { active: [true] } },
    paths: { userName: '$.detail.userName' },
  },
};
