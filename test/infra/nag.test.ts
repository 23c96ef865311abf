import { expect, test } from '@jest/globals';
import { fullConfig, rosterConfig, sampleConfig } from './configs.js';
import { synthesise } from './synth.js';

test.each([
  ['the sample configuration', sampleConfig],
  ['every option', fullConfig],
  ['a roster', rosterConfig],
])('cdk-nag finds nothing that was not acknowledged: %s', (_, config) => {
  expect(synthesise(config).findings).toEqual([]);
});

test('every acknowledgement names one finding and says why', () => {
  const all = [fullConfig, rosterConfig].flatMap((config) => synthesise(config).acknowledgements);
  const findings = new Set(all.map(([id]) => id));
  expect(findings.size).toBeGreaterThan(10);
  for (const [id, reason] of all) {
    expect(id).toMatch(/AwsSolutions-(IAM5\[(Action|Resource)::.+\]|IAM4\[Policy::arn:.+\]|[A-Z]+\d+)$/);
    expect(reason.length).toBeGreaterThan(40);
  }
});
