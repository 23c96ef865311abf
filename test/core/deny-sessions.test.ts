import { expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../functions/core/assume-policy.js';
import { denySessionsDocument } from '../../functions/core/deny-sessions.js';
import { userMay } from '../support/user-simulation.js';

const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
} as unknown as PolicyDocument;
const rights = {
  user: 'lifecycle/ci-deploy',
  policies: [everything, denySessionsDocument as unknown as PolicyDocument],
};

test('what is signed with a key of the user is let through', async () => {
  const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::orders/1' };
  expect(await userMay(rights, request)).toBe(true);
});

test('what is signed with temporary credentials of the user is denied', async () => {
  const context = { 'aws:TokenIssueTime': '2026-03-01T00:00:00Z' };
  const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::orders/1', context };
  expect(await userMay({ ...rights, policies: [everything] }, request)).toBe(true);
  expect(await userMay(rights, request)).toBe(false);
});
