/**
 * The deployed policy that keeps out every session of a user and lets its keys be: `aws:TokenIssueTime` is in a request
 * only when it is signed with temporary credentials (IAM user guide, "AWS global condition context keys"). Sessions of
 * roles are not touched: they are judged by the policies of their roles.
 */
export const denySessionsDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'WhateverIsSignedWithTemporaryCredentials',
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Null: { 'aws:TokenIssueTime': 'false' } },
    },
  ],
};
