import { describe, expect, test } from '@jest/globals';
import {
  canonicalDocument,
  inlineIamPolicy,
  policyCharacters,
  s3UserDocument,
} from '../../../functions/core/roster/user-documents.js';

const good = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' };
const canonical = (document: unknown) => canonicalDocument(JSON.stringify(document), 'inline.upload');

describe('the document of an S3 user', () => {
  test('is one statement', () => {
    const resources = ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'];
    expect(s3UserDocument(['s3:GetObject'], resources)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: resources }],
    });
  });

  test('needs an action and a resource', () => {
    expect(() => s3UserDocument([], ['*'])).toThrow(
      's3_actions is "[]": it must be a list of at least one action',
    );
    expect(() => s3UserDocument(['s3:*'], [])).toThrow('s3_resources is "[]"');
  });
});

describe('an inline policy by its parts', () => {
  const parts = { resources: ['*'], actions: ['ec2:*'], effect: 'Allow', force_mfa: false } as const;

  test.each(
    Object.entries({
      allows: [parts, { Effect: 'Allow', Action: ['ec2:*'], Resource: ['*'] }],
      'allows with MFA alone': [
        { ...parts, force_mfa: true },
        {
          Effect: 'Allow',
          Action: ['ec2:*'],
          Resource: ['*'],
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      ],
      'denies, with MFA or without': [
        { ...parts, effect: 'Deny', force_mfa: true },
        { Effect: 'Deny', Action: ['ec2:*'], Resource: ['*'] },
      ],
    } as const),
  )('%s', (_, [policy, statement]) => {
    expect(inlineIamPolicy(policy)).toEqual({ Version: '2012-10-17', Statement: [statement] });
  });

  test('needs an action and a resource', () => {
    expect(() => inlineIamPolicy({ ...parts, actions: [] })).toThrow('actions is "[]"');
    expect(() => inlineIamPolicy({ ...parts, resources: [] })).toThrow('resources is "[]"');
  });
});

describe('a document from outside', () => {
  test('loses its white space, and nothing else', () => {
    const text =
      '{ "Version" : "2012-10-17",\n\t"Id": "x",\r\n "Statement": {"Effect":"Deny", "NotAction":"iam:*","Resource":"*"} }';
    expect(canonicalDocument(text, 'f')).toBe(
      '{"Version":"2012-10-17","Id":"x","Statement":{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}}',
    );
  });

  test.each(
    Object.entries({
      'without a version': { Statement: [good] },
      'of the version before': { Version: '2008-10-17', Statement: [good] },
      'with a condition and a name': {
        Version: '2012-10-17',
        Statement: [{ Sid: 'One', ...good, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
      },
      'of everything denied, as the module’s own example has it': {
        Version: '2012-10-17',
        Statement: [{ Action: '*', Effect: 'Deny', Resource: '*' }],
      },
      'with all resources but one': {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['ec2:*', 's3:Get*'], NotResource: ['arn:aws:s3:::secret'] }],
      },
    }),
  )('%s is taken as it is', (_, document) => {
    expect(canonical(document)).toBe(JSON.stringify(document));
  });

  test.each(
    Object.entries({
      'that is no object': [[], /^inline.upload is "\[\]": it must be a policy document/],
      'that is null': [null, /^inline.upload is "null"/],
      'without a statement': [{ Version: '2012-10-17' }, /^inline.upload.Statement is "null"/],
      'of no statement': [{ Statement: [] }, /^inline.upload.Statement is "\[\]"/],
      'of a version that is none': [
        { Version: '2012-10-18', Statement: [good] },
        /^inline.upload.Version is "2012-10-18"/,
      ],
      'with a field that IAM does not know': [
        { Statements: [good], Statement: [good] },
        /^inline.upload.Statements is .*: it must be left out: only Version, Id, Statement may stand here/,
      ],
      'with a statement that is text': [{ Statement: ['Allow'] }, /^inline.upload.Statement\[0\] is "Allow"/],
      'with an effect in small letters': [
        { Statement: [good, { ...good, Effect: 'allow' }] },
        /^inline.upload.Statement\[1\].Effect is "allow": it must be Allow or Deny/,
      ],
      'with a principal': [{ Statement: [{ ...good, Principal: '*' }] }, /Statement\[0\].Principal is "\*"/],
      'without an action': [
        { Statement: { Effect: 'Allow', Resource: '*' } },
        /with either Action or NotAction/,
      ],
      'with actions twice': [
        { Statement: [{ ...good, NotAction: 'iam:*' }] },
        /with either Action or NotAction/,
      ],
      'without a resource': [
        { Statement: [{ Effect: 'Allow', Action: '*' }] },
        /with either Resource or NotResource/,
      ],
      'with an empty list of actions': [
        { Statement: [{ ...good, Action: [] }] },
        /Statement\[0\].Action is "\[\]"/,
      ],
      'with an action that is none': [
        { Statement: [{ ...good, Action: ['s3:GetObject', 'GetObject'] }] },
        /Statement\[0\].Action is "GetObject": it must be \* or an action such as s3:GetObject/,
      ],
      'with an action that is a number': [{ Statement: [{ ...good, Action: 7 }] }, /Action is "7"/],
      'with a resource that is no ARN': [
        { Statement: [{ ...good, Resource: 'bucket' }] },
        /Resource is "bucket"/,
      ],
      'with a condition that is text': [{ Statement: [{ ...good, Condition: 'mfa' }] }, /Condition is "mfa"/],
      'with a name that has a hyphen': [{ Statement: [{ ...good, Sid: 'my-rule' }] }, /Sid is "my-rule"/],
      'with one name for two statements': [
        {
          Statement: [
            { ...good, Sid: 'One' },
            { ...good, Sid: 'One' },
          ],
        },
        /no Sid comes twice/,
      ],
    } as const),
  )('%s is refused', (_, [document, message]) => {
    expect(() => canonical(document)).toThrow(message);
  });

  test.each(
    Object.entries({
      'text that is no JSON': ['{"Version":', /^f is .*: it must be JSON: /],
      'no text': ['', /^f is ""/],
      'a character that IAM does not take': ['{"Id":"日本"}', /without characters beyond U\+00FF/],
    } as const),
  )('%s is refused', (_, [text, message]) => {
    expect(() => canonicalDocument(text, 'f')).toThrow(message);
  });

  test('a long value is shown in part', () => {
    expect(() => canonical({ Statement: [{ ...good, Action: 'a'.repeat(5000) }] })).toThrow(
      new RegExp(`Action is "a{80}…"`),
    );
  });
});

describe('the size of a document', () => {
  // {"Version":"2012-10-17","Statement":[]} are 39 characters.
  test('is that of its text without white space', () => {
    expect(policyCharacters({ Version: '2012-10-17', Statement: [] })).toBe(39);
    expect(policyCharacters('{\n  "Version": "2012-10-17",\n  "Statement": [ ]\n}\n')).toBe(39);
  });
});
