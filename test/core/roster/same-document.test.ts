import { describe, expect, test } from '@jest/globals';
import { isSameDocument } from '../../../functions/core/roster/same-document.js';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const document = { Version: '2012-10-17', Statement: [statement] };
const actions = (Action: string[]) => ({ ...document, Statement: [{ ...statement, Action }] });

describe('two policy documents', () => {
  test.each(
    Object.entries<[unknown, boolean]>({
      alike: [{ ...document }, true],
      'with keys in another order': [
        { Statement: [{ Resource: '*', Action: 's3:GetObject', Effect: 'Allow' }], Version: '2012-10-17' },
        true,
      ],
      'with a list of one for the element': [
        { ...document, Statement: { ...statement, Action: ['s3:GetObject'], Resource: ['*'] } },
        true,
      ],
      'with a list of two': [
        { ...document, Statement: [{ ...statement, Action: ['s3:GetObject', 's3:PutObject'] }] },
        false,
      ],
      'with an empty list': [{ ...document, Statement: [] }, false],
      'with another effect': [{ ...document, Statement: [{ ...statement, Effect: 'Deny' }] }, false],
      'with a condition more': [
        {
          ...document,
          Statement: [{ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
        },
        false,
      ],
      'with a field that is not set': [{ ...document, Id: undefined }, true],
      'with two statements that are one': [{ ...document, Statement: [statement, statement] }, false],
      'of another version': [{ ...document, Version: '2008-10-17' }, false],
    }),
  )('%s', (_, [other, isSame]) => {
    expect(isSameDocument(document, other)).toBe(isSame);
    expect(isSameDocument(other, document)).toBe(isSame);
  });

  test('whose lists are in another order differ', () => {
    expect(isSameDocument(actions(['s3:Get*', 's3:Put*']), actions(['s3:Put*', 's3:Get*']))).toBe(false);
  });
});
