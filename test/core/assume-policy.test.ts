import { describe, expect, test } from '@jest/globals';
import {
  assumePolicyDocument,
  assumePolicyName,
  judgeAssumePolicy,
} from '../../functions/core/assume-policy.js';
import type { RoleArn } from '../../functions/core/names.js';

const adminRole = 'arn:aws:iam::123456789012:role/AdminRole' as RoleArn;
const dataRole = 'arn:aws:iam::123456789012:role/data/DataEngineerRole' as RoleArn;
const allowed = [adminRole, dataRole];
const good = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: adminRole };
const judge = (statement: unknown) =>
  judgeAssumePolicy({ Version: '2012-10-17', Statement: statement }, allowed);

describe('the assume policy of one role', () => {
  test('is the document of the single-role model, to the letter', () => {
    expect(JSON.stringify(assumePolicyDocument(adminRole))).toBe(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/AdminRole"}]}',
    );
  });

  test.each([
    [adminRole, 'AssumeAdminRolePolicy'],
    [dataRole, 'AssumeDataEngineerRolePolicy'],
  ])('of %s is named %s', (arn, name) => {
    expect(assumePolicyName(arn)).toBe(name);
  });

  test('passes its own judge', () => {
    expect(judgeAssumePolicy(assumePolicyDocument(dataRole), allowed)).toEqual([]);
  });
});

describe('a document that is fine', () => {
  test.each(
    Object.entries({
      'one statement outside of a list': good,
      'one action in a list': [{ ...good, Action: ['sts:AssumeRole'] }],
      'one resource in a list': [{ ...good, Resource: [adminRole] }],
      'an action in another case': [{ ...good, Action: 'STS:assumerole' }],
      'a condition, which only narrows': [
        { ...good, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
      ],
      'a statement with a name': [{ Sid: 'One', ...good }],
    }),
  )('%s', (_, statement) => {
    expect(judge(statement)).toEqual([]);
  });
});

describe('a document that is not', () => {
  test.each(
    Object.entries({
      'no statement': [[], /0 statements/],
      'two statements': [[good, { ...good, Resource: dataRole }], /2 statements/],
      'a deny': [[{ ...good, Effect: 'Deny' }], /does not allow/],
      'no effect': [[{ Action: good.Action, Resource: good.Resource }], /does not allow/],
      'an effect in small letters': [[{ ...good, Effect: 'allow' }], /does not allow/],
      'every action': [[{ ...good, Action: '*' }], /its action is "\*"/],
      'every action of sts': [[{ ...good, Action: 'sts:*' }], /its action is "sts:\*"/],
      'an action with a wildcard': [[{ ...good, Action: 'sts:Assume*' }], /its action is/],
      'an action with a question mark': [[{ ...good, Action: 'sts:AssumeRol?' }], /its action is/],
      'a second action': [[{ ...good, Action: ['sts:AssumeRole', 'sts:TagSession'] }], /its action is/],
      'another action': [[{ ...good, Action: 'iam:PassRole' }], /its action is "iam:PassRole"/],
      'no action': [[{ Effect: 'Allow', Resource: adminRole }], /its action is/],
      'an empty list of actions': [[{ ...good, Action: [] }], /its action is/],
      'all actions but one': [[{ Effect: 'Allow', NotAction: 'iam:*', Resource: adminRole }], /NotAction/],
      'every resource': [[{ ...good, Resource: '*' }], /its resource "\*" is not/],
      'every role': [[{ ...good, Resource: 'arn:aws:iam::123456789012:role/*' }], /is not/],
      'a role of any account': [[{ ...good, Resource: 'arn:aws:iam::*:role/AdminRole' }], /is not/],
      'two roles': [[{ ...good, Resource: [adminRole, dataRole] }], /2 resources/],
      'no resource': [[{ Effect: 'Allow', Action: good.Action }], /0 resources/],
      'all resources but one': [
        [{ Effect: 'Allow', Action: good.Action, NotResource: adminRole }],
        /NotResource/,
      ],
      'a resource that is no text': [[{ ...good, Resource: 7 }], /its resource 7 is not/],
      'a resource that is null': [[{ ...good, Resource: null }], /its resource null is not/],
      'a resource that is a list in a list': [
        [{ ...good, Resource: [[adminRole]] }],
        /its resource \[.*\] is not/,
      ],
      'a role that is not on the list': [
        [{ ...good, Resource: 'arn:aws:iam::123456789012:role/OtherRole' }],
        /OtherRole is not on the list/,
      ],
      'the role of the same name in another account': [
        [{ ...good, Resource: 'arn:aws:iam::999999999999:role/AdminRole' }],
        /is not on the list/,
      ],
      'the role in another case': [
        [{ ...good, Resource: 'arn:aws:iam::123456789012:role/adminrole' }],
        /is not on the list/,
      ],
      'a principal, as in a trust policy': [[{ ...good, Principal: '*' }], /Principal/],
      'all principals but one': [[{ ...good, NotPrincipal: { AWS: adminRole } }], /NotPrincipal/],
      'a statement that is text': ['Allow', /does not allow/],
      'a statement that is null': [[null], /does not allow/],
    } as const),
  )('%s', (_, [statement, finding]) => {
    expect(judge(statement).join('\n')).toMatch(finding);
  });

  test.each(
    Object.entries({
      nothing: undefined,
      null: null,
      'a text': '{}',
      'a number': 7,
      'a list': [],
      'an empty object': {},
    }),
  )('%s has no statement', (_, document) => {
    expect(judgeAssumePolicy(document, allowed)).toEqual(['it has 0 statements: one is allowed']);
  });

  test('it says everything that is wrong at once', () => {
    expect(judge([{ Effect: 'Deny', Action: '*', Resource: '*' }])).toHaveLength(3);
  });

  test('with an empty list no role is allowed', () => {
    expect(judgeAssumePolicy(assumePolicyDocument(adminRole), [])).toEqual([
      'the role arn:aws:iam::123456789012:role/AdminRole is not on the list',
    ]);
  });
});
