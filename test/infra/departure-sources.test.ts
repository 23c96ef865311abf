import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../infra/config.js';
import { badge, fullConfig, variants } from './configs.js';
import { type Synthesised, resolved, synthesise } from './synth.js';

const full = synthesise(fullConfig);
/** The rules that fill the offboard queue; others tell of leaked keys. */
function toOffboarding(stack: Synthesised) {
  return stack
    .all('AWS::Events::Rule')
    .filter(([, { Properties }]) => Properties.Targets[0].Id === 'offboard-queue');
}

const withPaths = (paths: object) => ({ ...badge, paths: { ...badge.paths, ...paths } });

test('a source is one rule on its bus, which sends the declaration and the whole event to the offboard queue', () => {
  const stack = synthesise(variants.badgeDesk);
  const [own, rule, ...others] = toOffboarding(stack).map(([, { Properties }]) => Properties);
  expect([own.Name, others]).toEqual(['offboarding', []]);
  const { Targets, ...properties } = rule;
  expect(properties).toEqual({
    Name: 'departures-badge-desk',
    Description: 'Departures and returns as badge-desk tells of them go to the offboard queue',
    EventBusName: 'default',
    EventPattern: {
      source: [{ prefix: 'badge.' }],
      'detail-type': ['Badge Returned'],
      detail: { final: [true] },
    },
    State: 'ENABLED',
  });
  expect(Targets).toEqual([
    {
      ...own.Targets[0],
      InputTransformer: {
        InputTemplate:
          '{"source":"iam-lifecycle","detail-type":"Departure Reported","detail":{"source":{"name":"badge-desk","kind":"offboard",' +
          '"paths":{"userName":"$.detail.holder.login","userId":"$.detail.holder.iam-id","at":"$.detail.returned","reason":"returned the badge"},' +
          '"quarantine":"P7D"},"event":<aws.events.event.json>}}',
      },
    },
  ]);
  expect([resolved(own.Targets[0].Arn), own.Targets[0].RetryPolicy]).toEqual([
    expect.stringMatching(/^<QueuesOffboard.*\.Arn>$/),
    { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
  ]);
});

test('each is on the bus that it names', () => {
  const buses = toOffboarding(full).map(([, { Properties }]) => [
    Properties.Name,
    resolved(Properties.EventBusName),
  ]);
  expect(Object.fromEntries(buses)).toEqual({
    offboarding: expect.stringMatching(/^<Bus/),
    'departures-bamboohr': expect.stringMatching(/^<Bus/),
    'departures-scim': expect.stringMatching(/^<Bus/),
    'departures-okta': 'aws.partner/okta.com/acme/iam-lifecycle',
  });
});

test('queue and dead letters take from these rules, and from nothing else', () => {
  const rules = toOffboarding(full).map(([id]) => `<${id}.Arn>`);
  const statements = full
    .properties('AWS::SQS::QueuePolicy')
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect, Sid }) => Effect === 'Allow' && Sid.endsWith('Events'));
  expect(
    statements.map(({ Sid, Condition }) => [
      Sid,
      Condition.ArnEquals['aws:SourceArn'].map(resolved).toSorted(),
    ]),
  ).toEqual([
    ['TakeEvents', rules.toSorted()],
    ['TakeUndeliverableEvents', rules.toSorted()],
  ]);
  expect(rules).toHaveLength(4);
});

test('other accounts may put what the sources of this bus declare, each type with its source', () => {
  const allowed = full
    .properties('AWS::Events::EventBusPolicy')
    .filter(({ Statement }) => Statement.Effect === 'Allow')
    .map(({ StatementId, Statement: { Principal, Condition } }) => [
      StatementId,
      resolved(Principal.AWS),
      Condition,
    ]);
  const root = 'arn:aws:iam::210987654321:root';
  expect(allowed).toEqual([
    [
      'Sender210987654321',
      root,
      { StringEquals: { 'events:detail-type': ['User Offboarded', 'User Restore Requested'] } },
    ],
    [
      'Sender210987654321Bamboohr',
      root,
      {
        StringEquals: { 'events:source': ['bamboohr.example'], 'events:detail-type': ['Employee Changed'] },
      },
    ],
    [
      'Sender210987654321Scim',
      root,
      { StringEquals: { 'events:source': ['scim.example'], 'events:detail-type': ['SCIM User Changed'] } },
    ],
  ]);
});

test('the archive keeps what arrives on this bus for us', () => {
  expect(full.properties('AWS::Events::Archive').map(({ EventPattern }) => EventPattern)).toEqual([
    { 'detail-type': ['User Offboarded', 'User Restore Requested', 'Employee Changed', 'SCIM User Changed'] },
  ]);
});

describe('a declaration', () => {
  const onOwnBus = { ...badge, bus: 'lifecycle', pattern: { ...badge.pattern, source: ['badge.desk'] } };

  test('takes the rest from its defaults', () => {
    const { pattern, paths } = onOwnBus;
    const { departureSources } = parseConfig({
      roles: {},
      departureSources: [{ name: 'a', pattern, paths: { userName: paths.userName } }],
    });
    expect(departureSources).toEqual([
      {
        name: 'a',
        kind: 'offboard',
        bus: 'lifecycle',
        pattern,
        paths: { userName: '$.detail.holder.login', at: '$.time' },
      },
    ]);
  });

  test.each<[string, object[], string]>([
    ['another kind', [{ ...badge, kind: 'purge' }], '0.kind is "purge": it must be offboard or restore'],
    ['a name with capitals', [{ ...badge, name: 'Okta' }], '0.name is "Okta": it must be a name of 1 to 32'],
    [
      'two of one name',
      [badge, { ...badge, name: 'badge--desk' }],
      '1.name is "badge--desk": it must differ from the others',
    ],
    ["the stack's bus by its name", [{ ...badge, bus: 'iam-lifecycle' }], '0.bus is "iam-lifecycle"'],
    [
      "another account's bus",
      [{ ...badge, bus: 'arn:aws:events:eu-west-1:210987654321:event-bus/hr' }],
      '0.bus is "arn:aws',
    ],
    ['a path to the whole detail', [withPaths({ userName: '$.detail' })], '0.paths.userName is "$.detail"'],
    ['a path elsewhere', [withPaths({ userName: '$.account' })], '0.paths.userName is "$.account"'],
    ['a path to all of a list', [withPaths({ userName: '$.detail.users[*].name' })], '0.paths.userName'],
    ['an instant that is constant', [withPaths({ at: '2026-03-01' })], '0.paths.at is "2026-03-01"'],
    ['a reason with a placeholder', [withPaths({ reason: '<aws.events.event>' })], '0.paths.reason is "<aws'],
    ['a reason with a quote', [withPaths({ reason: 'said "bye"' })], '0.paths.reason is "said'],
    ['an empty reason', [withPaths({ reason: '' })], '0.paths.reason is ""'],
    [
      'a quarantine as a path',
      [{ ...badge, quarantine: '$.detail.days' }],
      '0.quarantine is "$.detail.days"',
    ],
    [
      'events from anybody',
      [{ ...badge, pattern: { 'detail-type': ['x'] } }],
      '0.pattern.source is missing: it must list what the event may say',
    ],
    [
      'events of any type',
      [{ ...badge, pattern: { source: ['x'] } }],
      '0.pattern.detail-type is missing: it must list what the event may say',
    ],
    [
      'a pattern with a value that is in no list',
      [{ ...badge, pattern: { ...badge.pattern, detail: { final: true } } }],
      '0.pattern.detail.final is true',
    ],
    [
      'our own words',
      [{ ...onOwnBus, pattern: { source: ['hr'], 'detail-type': ['User Offboarded'] } }],
      '0.pattern.detail-type is ["User Offboarded"]: it must be another: this one is taken as it comes',
    ],
    [
      'a prefix on our own bus',
      [{ ...onOwnBus, pattern: badge.pattern }],
      '0.pattern.source is [{"prefix":"badge."}]: it must list whole texts: the bus\'s policy names them',
    ],
    [
      'a return with a quarantine',
      [{ ...badge, kind: 'restore' }],
      '0.quarantine is "P7D": it must be left out',
    ],
    ['a return with a reason', [{ ...badge, kind: 'restore' }], '0.paths.reason is "returned the badge"'],
    [
      'more than twenty',
      Array.from({ length: 21 }, (_, index) => ({ ...badge, name: `s${index}` })),
      'it must name at most 20 sources',
    ],
  ])('is refused with %s', (_, departureSources, finding) => {
    expect(() => parseConfig({ roles: {}, departureSources })).toThrow(finding);
  });
});
