import type { KeyFacts, RotationFacts } from '../../functions/core/facts.js';
import type { AccessKeyId } from '../../functions/core/names.js';
import type { RotationRequest } from '../../functions/core/rotation-phase.js';
import { at, managedUser, secretOf } from './account.js';

/** One thing that a rotation may be shown. */
export interface Observation {
  readonly seen: RotationFacts;
  readonly request: RotationRequest | null;
  readonly now: number;
}

const now = at('2026-03-10T12:00:00Z');
const ids = ['AKIAAAAAAAAAAAAAAAA1', 'AKIABBBBBBBBBBBBBBB2', 'AKIACCCCCCCCCCCCCCC3'] as AccessKeyId[];
const missing = 'AKIAMISSING000000001';

/** Due, past its overlap, past its test, fresh, and made this second. */
const ages = {
  due: '2026-01-01T00:00:00Z',
  overlapped: '2026-03-01T00:00:00Z',
  late: '2026-03-10T10:59:00Z',
  fresh: '2026-03-10T11:50:00Z',
  new: '2026-03-10T11:59:30Z',
};
const labelSets = [[], ['AWSCURRENT'], ['AWSPENDING'], ['AWSPREVIOUS'], ['AWSCURRENT', 'AWSPENDING']];

interface KeyClass {
  readonly status: KeyFacts['status'];
  readonly createdAt: string;
  readonly labels: readonly string[];
  readonly use: 'unread' | 'never' | 'test' | 'client';
}

function* keyClasses(
  statuses: readonly KeyFacts['status'][],
  created: readonly string[],
  uses: readonly KeyClass['use'][],
): Generator<KeyClass> {
  for (const status of statuses)
    for (const createdAt of created)
      for (const labels of labelSets) for (const use of uses) yield { status, createdAt, labels, use };
}

function lastUse(use: KeyClass['use'], createdAt: number): KeyFacts['lastUse'] {
  if (use === 'unread' || use === 'never') return use;
  return use === 'test'
    ? { at: createdAt + 2000, service: 'sts', region: 'us-east-1' }
    : { at: now - 3_600_000, service: 's3', region: 'eu-central-1' };
}

/** The keys and the labels of their versions, or null where one label would be in two places. */
function toFacts(classes: readonly KeyClass[], more: Readonly<Record<string, string>>) {
  const labels: Record<string, string> = { ...more };
  for (const [index, { labels: own }] of classes.entries()) {
    for (const label of own) {
      if (labels[label] !== undefined) return null;
      labels[label] = ids[index]!;
    }
  }
  const keys = classes.map(({ status, createdAt, use }, index): KeyFacts => {
    const createdAtMs = at(createdAt);
    return { id: ids[index]!, status, createdAt: createdAtMs, lastUse: lastUse(use, createdAtMs) };
  });
  return { keys, labels };
}

const secretForms = {
  plain: (labels: Readonly<Record<string, string>>) => secretOf(labels),
  deleted: (labels: Readonly<Record<string, string>>) => secretOf(labels, now - 1000),
  none: () => null,
};

const requests: (RotationRequest | null)[] = [
  null,
  { kind: 'rotate', at: now - 1000 },
  { kind: 'emergency', at: now - 1000 },
  { kind: 'reactivate', at: now - 1000 },
  { kind: 'rotate', at: at('2026-02-01T00:00:00Z') },
  { kind: 'emergency', at: at('2026-02-01T00:00:00Z') },
  { kind: 'reactivate', at: at('2026-02-01T00:00:00Z') },
];

const intents = [undefined, ages.due, ages.late, ages.fresh, ages.new, 'soon'];
const deactivations = [undefined, '2026-02-20T00:00:00.000Z', '2026-03-09T00:00:00.000Z', 'long ago'];
const reactivations = ['2026-02-21T00:00:00.000Z', '2026-03-09T06:00:00.000Z', 'long ago'];

function tagsOf(
  intent: string | undefined,
  deactivated: string | undefined,
  more: Record<string, string> = {},
  reactivated?: string,
) {
  return {
    ...(intent === undefined ? {} : { 'iam-lifecycle:mint-intent': intent }),
    ...(deactivated === undefined ? {} : { 'iam-lifecycle:deactivated-at': `${ids[0]} ${deactivated}` }),
    ...(reactivated === undefined ? {} : { 'iam-lifecycle:reactivated-at': `${ids[0]} ${reactivated}` }),
    ...more,
  };
}

const circumstances: Record<string, string>[] = [
  {},
  { 'iam-lifecycle:offboarded-at': '2026-03-01T00:00:00Z' },
  { 'iam-lifecycle:managed': 'false' },
  { 'iam-lifecycle:exempt-until': '2027-01-01' },
  { 'iam-lifecycle:exempt-until': 'for ever' },
];

export function* oneKey(): Generator<Observation> {
  const all = [
    ...keyClasses(['Active', 'Inactive', 'Expired'], Object.values(ages), [
      'unread',
      'never',
      'test',
      'client',
    ]),
  ];
  const labels = [{}, { AWSCURRENT: missing }, { AWSPENDING: missing }, { AWSPREVIOUS: missing }];
  for (const classes of [[], ...all.map((one) => [one])])
    for (const more of labels) {
      const facts = toFacts(classes, more);
      if (!facts) continue;
      for (const form of Object.values(secretForms))
        for (const intent of intents)
          for (const tags of circumstances)
            for (const request of requests.slice(0, 2)) {
              const user = managedUser(tagsOf(intent, undefined, tags));
              const seen = { user, keys: facts.keys, secret: form(facts.labels), verified: null };
              yield { seen, request, now };
            }
    }
}

export function* twoKeys(): Generator<Observation> {
  const all = [
    ...keyClasses(
      ['Active', 'Inactive'],
      [ages.due, ages.overlapped, ages.fresh, ages.new],
      ['unread', 'never', 'client'],
    ),
  ];
  let turn = 0;
  for (const one of all)
    for (const other of all) {
      const facts = toFacts([one, other], {});
      if (!facts) continue;
      for (const intent of [undefined, one.createdAt, other.createdAt])
        for (const request of requests) {
          // The rarer circumstances take turns, in strides that share no divisor with the loops around them.
          turn += 1;
          const rare = turn % 11 === 0 ? circumstances[turn % 5] : {};
          const user = managedUser(tagsOf(intent, deactivations[turn % 4], rare, reactivations[turn % 19]));
          const form =
            turn % 13 === 0 ? secretForms.deleted : turn % 17 === 0 ? secretForms.none : secretForms.plain;
          const verified = turn % 5 === 0 ? ids[1]! : null;
          yield { seen: { user, keys: facts.keys, secret: form(facts.labels), verified }, request, now };
        }
    }
}

export function* threeKeys(): Generator<Observation> {
  const all = [...keyClasses(['Active', 'Inactive'], [ages.due, ages.new], ['never', 'client'])];
  for (const one of all)
    for (const other of all)
      for (const third of all) {
        const facts = toFacts([one, other, third], {});
        if (!facts) continue;
        for (const request of requests.slice(0, 4)) {
          const user = managedUser(tagsOf(ages.new, deactivations[1]));
          yield {
            seen: { user, keys: facts.keys, secret: secretOf(facts.labels), verified: null },
            request,
            now,
          };
        }
      }
}
