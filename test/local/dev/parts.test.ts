import { describe, expect, test } from '@jest/globals';
import { Resolver } from '../../../local/dev/intrinsics.js';
import type { LocalFunction } from '../../../local/dev/local-function.js';
import { failedOf } from '../../../local/dev/queue-poller.js';
import { matchRoute } from '../../../local/dev/routes.js';
import { parseRate } from '../../../local/dev/schedules.js';

describe('the route of a request', () => {
  const target = {} as LocalFunction;
  const routes = [
    'ANY /users',
    'GET /users',
    'GET /users/{name}',
    'GET /users/all',
    'GET /files/{path+}',
    '$default',
  ].map((key) => ({ key, target, timeoutMs: 1 }));
  test.each([
    ['GET', '/users', 'GET /users', {}],
    ['PATCH', '/users', 'ANY /users', {}],
    ['GET', '/users/all', 'GET /users/all', {}],
    ['GET', '/users/a%2Fb', 'GET /users/{name}', { name: 'a/b' }],
    ['GET', '/users/', '$default', {}],
    ['GET', '/files/a/b', 'GET /files/{path+}', { path: 'a/b' }],
    ['POST', '/users/all', '$default', {}],
  ])('%s %s takes the route %s', (method, place, key, pathParameters) => {
    expect(matchRoute(routes, method, place)).toMatchObject({ route: { key }, pathParameters });
  });
  test('without $default there may be no route', () => {
    expect(matchRoute(routes.slice(0, -1), 'GET', '/groups')).toBeNull();
  });
});

describe('a value of the template', () => {
  const resolver = new Resolver(new Map([['AWS::Region', 'eu-west-1']]));
  resolver.add('Queue', { ref: 'http://queue', attributes: { Arn: 'arn:queue' } });
  test.each([
    [{ Ref: 'Queue' }, 'http://queue'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-eu-west-1'],
    [{ 'Fn::Sub': '${Queue.Arn} ${AWS::Region} ${!Kept}' }, 'arn:queue eu-west-1 ${Kept}'],
    [{ 'Fn::Sub': ['${Own}', { Own: { Ref: 'Queue' } }] }, 'http://queue'],
    [3, '3'],
  ])('%j stands for %s', (given, text) => {
    expect(resolver.text(given, 'Toy')).toBe(text);
  });
  test.each([
    [{ Ref: 'None' }, 'Toy: nothing on this machine stands for None'],
    [{ 'Fn::GetAtt': ['Queue', 'Color'] }, 'Toy: nothing on this machine stands for Color of Queue'],
    [{ 'Fn::ImportValue': 'x' }, 'Toy: Fn::ImportValue is not supported'],
    [{ a: 1 }, 'Toy: {"a":1} is not text'],
  ])('%j is refused', (given, message) => {
    expect(() => resolver.text(given, 'Toy')).toThrow(message);
  });
});

describe('the period of a schedule', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(6 hours)', 21_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s is a period of %i ms', (expression, ms) => {
    expect(parseRate(expression, 'Scan')).toBe(ms);
  });
  test.each(['rate(0 minutes)', 'rate(25 days)', 'rate(1 week)', 'at(2026-01-01T00:00:00)'])(
    '%s is refused',
    (expression) => {
      expect(() => parseRate(expression, 'Scan')).toThrow(
        `Scan: the schedule ${expression} is not supported`,
      );
    },
  );
});

describe('what a function reports of a batch', () => {
  const batch = [{ MessageId: 'one' }, { MessageId: 'two' }];
  test.each([
    ['nothing', null, []],
    ['no failure', { batchItemFailures: [] }, []],
    ['one failure', { batchItemFailures: [{ itemIdentifier: 'two' }] }, ['two']],
    ['a failure without a name', { batchItemFailures: [{ itemIdentifier: '' }] }, ['one', 'two']],
    ['a failure of another batch', { batchItemFailures: [{ itemIdentifier: 'six' }] }, ['one', 'two']],
    ['something else', { batchItemFailures: 'all' }, ['one', 'two']],
  ])('a report of %s keeps the right messages', (_, report, kept) => {
    expect([...failedOf(report, batch)]).toEqual(kept);
  });
});
