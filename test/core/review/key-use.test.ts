import { expect, test } from '@jest/globals';
import { keyUsesOf } from '../../../functions/core/review/key-use.js';
import type { TrailEvent } from '../../../functions/core/review/trail-event.js';

const event = (service: string, region: string, at: number, error: string | null = null) =>
  ({ service, region, at, error }) as TrailEvent;

test('calls are told by service and region, the refused among them, with the first and the last', () => {
  expect(
    keyUsesOf([
      event('s3', 'eu-west-1', 50),
      event('sts', 'us-east-1', 40),
      event('s3', 'eu-west-1', 30, 'AccessDenied'),
      event('s3', 'us-east-1', 60),
      event('s3', 'eu-west-1', 10),
    ]),
  ).toEqual([
    { service: 's3', region: 'eu-west-1', calls: 3, refused: 1, firstAt: 10, lastAt: 50 },
    { service: 's3', region: 'us-east-1', calls: 1, refused: 0, firstAt: 60, lastAt: 60 },
    { service: 'sts', region: 'us-east-1', calls: 1, refused: 0, firstAt: 40, lastAt: 40 },
  ]);
});

test('a key without events has no use', () => {
  expect(keyUsesOf([])).toEqual([]);
});
