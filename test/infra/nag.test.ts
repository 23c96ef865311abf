import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { expect, test } from '@jest/globals';
import { type Synthesised, fullConfig, rosterConfig, sampleConfig, synthesise } from './synth.js';

function acknowledgements({ app }: Synthesised): Record<string, string> {
  const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
  const entries = app.node
    .findAll()
    .flatMap((construct: IConstruct) => construct.node.metadata.filter(({ type }) => type === key))
    .flatMap(({ data }) => Object.entries(data as Record<string, string>));
  return Object.fromEntries(entries);
}

test.each([
  ['the sample configuration', sampleConfig],
  ['every option', fullConfig],
  ['a roster', rosterConfig],
])('cdk-nag finds nothing that was not acknowledged: %s', (_, config) => {
  const { app } = synthesise(config);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const found = violations.map(({ ruleName, violatingResources }) => [
    ruleName,
    violatingResources.map(({ constructPath }) => constructPath),
  ]);
  expect(found).toEqual([]);
});

test('every acknowledgement names one finding and says why', () => {
  const all = [fullConfig, rosterConfig].flatMap((config) =>
    Object.entries(acknowledgements(synthesise(config))),
  );
  expect(all.length).toBeGreaterThan(10);
  for (const [id, reason] of all) {
    expect(id).toMatch(/AwsSolutions-(IAM5\[(Action|Resource)::.+\]|IAM4\[Policy::arn:.+\]|[A-Z]+\d+)$/);
    expect(reason.length).toBeGreaterThan(40);
  }
});
