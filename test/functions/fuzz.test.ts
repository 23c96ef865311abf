import { expect, test } from '@jest/globals';
import { fuzz } from '../support/fuzz.js';

// `npm run fuzz` sends 100,000.
test('2,000 drawn requests: none crashes, each is answered in form, and a refusal changes nothing', async () => {
  const { requests, statuses } = await fuzz(2000, 1);
  expect(requests).toBe(2000);
  // Every kind of answer is met, or the requests are too far from the truth.
  expect(Object.keys(statuses).map(Number)).toEqual(
    expect.arrayContaining([200, 202, 400, 404, 405, 409, 412, 413, 415, 422, 428]),
  );
}, 120_000);
