import { expect, test } from '@jest/globals';
import { rosterConfig, synthesise } from './synth.js';
test('x', () => {
  const s = synthesise(rosterConfig);
  console.log(
    JSON.stringify(s.all('AWS::IAM::ManagedPolicy').map(([id, r]) => [id, r.Properties.ManagedPolicyName])),
    JSON.stringify(
      s.all('AWS::IAM::Group').map(([id, r]) => [id, r.Properties]),
      null,
      1,
    ),
    JSON.stringify(s.properties('AWS::Events::Rule'), null, 1),
    JSON.stringify(s.properties('AWS::S3::Bucket'), null, 1),
  );
  expect(1).toBe(1);
});
