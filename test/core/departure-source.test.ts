import { describe, expect, test } from '@jest/globals';
import {
  type DepartureSource,
  deadPaths,
  eventPathRule,
  instantPathRule,
  toOwnEvent,
  valueAt,
} from '../../functions/core/departure-source.js';

const source: DepartureSource = {
  name: 'okta',
  kind: 'offboard',
  paths: { userName: '$.detail.target[0].login', userId: null, at: '$.time', reason: null },
  quarantine: null,
};
const event = {
  time: '2026-03-02T09:30:00Z',
  detail: {
    target: [{ login: 'bob@example.com', 'user-id': 'AIDA1' }, { login: 'okta-app' }],
    published: '2026-03-02T09:29:58.123Z',
    outcome: { reason: 'left' },
    active: false,
    nobody: null,
  },
};

describe('a path', () => {
  test.each<[string, unknown]>([
    ['$.time', '2026-03-02T09:30:00Z'],
    ['$.detail.active', false],
    ['$.detail.outcome.reason', 'left'],
    ['$.detail.target[1].login', 'okta-app'],
    ['$.detail.target[0].user-id', 'AIDA1'],
    ['$.detail.outcome', { reason: 'left' }],
    ['$.detail.nobody', null],
    ['$.detail.nobody.name', undefined],
    ['$.detail.target[2].login', undefined],
    ['$.detail.other', undefined],
    ['$.detail.active.name', undefined],
    ['$.detail.constructor', undefined],
    ['$.detail.target.length.x', undefined],
  ])('%s leads to %j', (path, value) => {
    expect(valueAt(event, path)).toEqual(value);
  });

  test.each([
    ['$.detail.a', true],
    ['$.detail.a-b_c.d9', true],
    ['$.detail.a[0].b', true],
    ['$.detail[0]', true],
    ['$.detail', false],
    ['$.time', false],
    ['$.account', false],
    ['$.detailed.a', false],
    ['$.detail.', false],
    ['$.detail.a[*].b', false],
    ['$.detail.a.*', false],
    ["$.detail['a']", false],
    ['$.detail.a b', false],
    ['$.detail.a\n', false],
    ['x$.detail.a', false],
    [`$.detail.${'a'.repeat(247)}`, true],
    [`$.detail.${'a'.repeat(248)}`, false],
  ])('%j: %j', (path, isOne) => {
    expect(eventPathRule.pattern.test(path)).toBe(isOne);
  });

  test.each([
    ['$.time', true],
    ['$.detail.published', true],
    ['$.time.x', false],
    ['$.id', false],
    ['$.times', false],
  ])('to an instant, %j: %j', (path, isOne) => {
    expect(instantPathRule.pattern.test(path)).toBe(isOne);
  });
});

const own = (declared: object, paths: object = {}) =>
  toOwnEvent({ ...source, ...declared, paths: { ...source.paths, ...paths } }, event);

describe('an event of another system', () => {
  test('is a departure of our own schema with what its paths lead to', () => {
    expect(own({})).toEqual({
      source: 'okta',
      'detail-type': 'User Offboarded',
      time: '2026-03-02T09:30:00Z',
      detail: { userName: 'bob@example.com', userId: null, reason: 'reported by okta' },
    });
  });

  test('may say more: the unique id, the instant, the reason', () => {
    const paths = {
      userId: '$.detail.target[0].user-id',
      at: '$.detail.published',
      reason: '$.detail.outcome.reason',
    };
    expect(own({ quarantine: 'P7D' }, paths)).toEqual({
      source: 'okta',
      'detail-type': 'User Offboarded',
      time: '2026-03-02T09:29:58.123Z',
      detail: { userName: 'bob@example.com', userId: 'AIDA1', reason: 'left', quarantine: 'P7D' },
    });
  });

  test.each<[string, object, object]>([
    ['a reason of the declaration', { reason: 'left the company' }, { reason: 'left the company' }],
    ['a reason that is not there', { reason: '$.detail.why' }, { reason: 'reported by okta' }],
    ['a reason that is no text', { reason: '$.detail.outcome' }, { reason: 'reported by okta' }],
    ['an id that is not there', { userId: '$.detail.id' }, { userId: null }],
    ['an id that is null', { userId: '$.detail.nobody' }, { userId: null }],
  ])('%s', (_, paths, detail) => {
    expect(own({}, paths)).toMatchObject({ detail });
  });

  test('is a return where the source tells of returns', () => {
    expect(own({ kind: 'restore' }, { reason: '$.detail.outcome.reason' })).toEqual({
      source: 'okta',
      'detail-type': 'User Restore Requested',
      time: '2026-03-02T09:30:00Z',
      detail: { userName: 'bob@example.com', userId: null },
    });
  });

  test.each<[string, object, string[]]>([
    ['everything is there', {}, []],
    ['the user is not', { userName: '$.detail.user' }, ['$.detail.user']],
    ['the user is null', { userName: '$.detail.nobody' }, ['$.detail.nobody']],
    ['the instant is not', { at: '$.detail.when' }, ['$.detail.when']],
    ['what may be missing is', { userId: '$.detail.id', reason: '$.detail.why' }, []],
  ])('lacks what it must have: %s', (_, paths, dead) => {
    expect(deadPaths({ ...source, paths: { ...source.paths, ...paths } }, event)).toEqual(dead);
  });
});
