import { describe, expect, test } from '@jest/globals';
import { HttpProblem } from '../../functions/shell/http-function.js';
import { grantsOf } from '../../functions/shell/role-grants.js';

const role = (name: string) => ({
  roleArn: `arn:aws:iam::123456789012:role/${name}`,
  policyArn: `arn:aws:iam::123456789012:policy/${name}`,
});
const long = (letter: string) => letter.repeat(128);
const roles = {
  admin: role('Admin'),
  data: { ...role('Data'), groupName: 'AssumeData' },
  [long('a')]: role('A'),
  [long('b')]: role('B'),
};

function refusalOf(keys: readonly string[]): HttpProblem {
  try {
    grantsOf(keys, roles);
  } catch (error) {
    if (error instanceof HttpProblem) return error;
    throw error;
  }
  throw new Error('it was taken');
}

test('a role is given by its policy, or by its group where it has one', () => {
  expect(grantsOf(['admin', 'data'], roles)).toEqual({
    policyArns: ['arn:aws:iam::123456789012:policy/Admin'],
    groupNames: ['AssumeData'],
  });
});

describe('refused before anything is done', () => {
  test('are roles that are none, those of the language among them', () => {
    const { status, more } = refusalOf(['admin', 'root', 'constructor']);
    expect([status, more.errors?.map(({ field, value }) => [field, value])]).toEqual([
      400,
      [
        ['roles.1', 'root'],
        ['roles.2', 'constructor'],
      ],
    ]);
  });

  test('are roles that one tag cannot name: 128 characters, a space, and 128 more', () => {
    expect(refusalOf([long('a'), long('b')]).detail).toBe(
      'The roles have 257 characters: it must have at most 256 characters, with a space between two.',
    );
    expect(grantsOf([long('a')], roles).policyArns).toHaveLength(1);
  });
});
