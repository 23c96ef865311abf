import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  type PutParameterCommandInput,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, test } from '@jest/globals';
import { newParameterStore, outcome, outcomes, SECOND } from './account.js';

const tags = (count: number) =>
  Array.from({ length: count }, (_value, index) => ({ Key: `k${index}`, Value: '' }));

describe('the name of a parameter', () => {
  test.each([
    ['a word', 'plain_name-1.0', 'ok'],
    ['a path', '/system_user/eg-test/access_key_id', 'ok'],
    ['a path without its first slash', 'system_user/eg-test', 'ValidationException'],
    ['a doubled slash', '/system_user//eg-test', 'ValidationException'],
    ['a slash at the end', '/system_user/', 'ValidationException'],
    ['nothing', '', 'ValidationException'],
    ['the sign of an e-mail address', '/system_user/bob@example.com', 'ValidationException'],
    ['15 levels', '/a'.repeat(15), 'ok'],
    ['16 levels', '/a'.repeat(16), 'HierarchyLevelLimitExceededException'],
    ['the prefix of AWS', '/aws/secret', 'AccessDeniedException'],
    ['a word with the prefix of AWS', 'Aws-secret', 'ValidationException'],
    ['the prefix of SSM', '/SSM/secret', 'ValidationException'],
    // arn:aws:ssm:eu-west-1:123456789012:parameter/ has 45 characters, of which the name brings the last.
    ['an ARN of 1,011 characters', `/${'a'.repeat(966)}`, 'ok'],
    ['an ARN of 1,012 characters', `/${'a'.repeat(967)}`, 'ValidationException'],
  ])('%s', async (_, Name, expected) => {
    const { put } = newParameterStore();
    expect(await outcome(put({ Name })())).toBe(expected);
  });
});

describe('PutParameter', () => {
  test('counts versions, and overwrites only where it is told to', async () => {
    const { put, ssm } = newParameterStore();
    expect(await put({ Value: 'one', Description: 'd' })()).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await outcome(put({ Value: 'two' })())).toBe('ParameterAlreadyExists');
    expect(await put({ Value: 'two', Overwrite: true })()).toMatchObject({ Version: 2 });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/app/key', WithDecryption: true }));
    expect(Parameter).toEqual({
      Name: '/app/key',
      Type: 'SecureString',
      Value: 'two',
      Version: 2,
      LastModifiedDate: new Date('2026-03-01T12:00:00.700Z'),
      ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/key',
      DataType: 'text',
    });
  });

  test('takes tags only of a parameter that it may not overwrite', async () => {
    const { put } = newParameterStore();
    const Tags = [{ Key: 'a', Value: 'b' }];
    expect(await outcomes([put({ Tags, Overwrite: true }), put({ Tags })])).toEqual([
      'ValidationException',
      'ok',
    ]);
  });

  test('needs a type at first, and keeps it', async () => {
    const { put } = newParameterStore();
    const untyped = { Type: undefined } as Partial<PutParameterCommandInput>;
    expect(
      await outcomes([
        put(untyped),
        put({ Type: 'String' }),
        put({ ...untyped, Overwrite: true }),
        put({ Type: 'SecureString', Overwrite: true }),
        // The form of a value is looked at first.
        put({ Type: 'SecureString', Overwrite: true, Value: '' }),
      ]),
    ).toEqual(['ValidationException', 'ok', 'ok', 'HierarchyTypeMismatchException', 'ValidationException']);
  });

  test('takes 4,096 characters, or 8,192 in the tier that is never left again', async () => {
    const { put } = newParameterStore();
    const large = { Name: '/app/large', Tier: 'Advanced' } as const;
    expect(
      await outcomes([
        put({ Value: 'v'.repeat(4097) }),
        put({ Value: 'v'.repeat(4096) }),
        put({ ...large, Value: 'v'.repeat(8193) }),
        put({ ...large, Value: 'v'.repeat(8192) }),
        put({ ...large, Tier: 'Standard', Overwrite: true }),
        put({ Name: '/app/none', Value: '' }),
        put({ Name: '/app/none', Value: '{{ssm:/app/key}}' }),
        put({ Name: '/app/none', Description: 'd'.repeat(1025) }),
      ]),
    ).toEqual([
      'ValidationException',
      'ok',
      'ValidationException',
      'ok',
      ...Array<string>(4).fill('ValidationException'),
    ]);
  });

  test('a call that names no key means the default one; a key is of a SecureString only', async () => {
    const { aws, put } = newParameterStore();
    await put({ KeyId: 'alias/mine' })();
    expect(aws.truth.parameter('/app/key')?.keyId).toBe('alias/mine');
    await put({ Overwrite: true })();
    expect(aws.truth.parameter('/app/key')?.keyId).toBe('alias/aws/ssm');
    expect(await outcome(put({ Name: 'n', Type: 'String', KeyId: 'alias/mine' })())).toBe(
      'ValidationException',
    );
  });

  test('what is not modelled is refused', async () => {
    const { put } = newParameterStore();
    await expect(put({ Tier: 'Intelligent-Tiering' })()).rejects.toThrow(
      'fake-aws: the tier Intelligent-Tiering of PutParameter is not modelled',
    );
    await expect(put({ DataType: 'aws:ec2:image' })()).rejects.toThrow('is not modelled');
    await expect(put({ AllowedPattern: '.*' })()).rejects.toThrow('parameter AllowedPattern of PutParameter');
  });

  test('leaves no value in the record of calls', async () => {
    const { aws, put } = newParameterStore();
    await put({ Value: 'hidden-value' })();
    expect(JSON.stringify(aws.calls)).not.toContain('hidden-value');
    expect(aws.calls).toMatchObject([{ service: 'ssm', mutating: true, input: { Value: '[secret]' } }]);
    expect(aws.truth.parameters()).toMatchObject([{ name: '/app/key', value: 'hidden-value' }]);
  });
});

describe('reading', () => {
  test('a SecureString is a cipher to whoever does not ask for its decryption', async () => {
    const { put, ssm } = newParameterStore();
    await put({ Value: 'plain' })();
    await put({ Name: '/app/word', Value: 'word', Type: 'String' })();
    const Names = ['/app/word', '/app/key', '/app/none'];
    const { Parameters = [], InvalidParameters } = await ssm.send(new GetParametersCommand({ Names }));
    expect(Parameters[0]?.Value).toBe('word');
    expect(Parameters[1]?.Value).not.toContain('plain');
    expect(InvalidParameters).toEqual(['/app/none']);
    const decrypted = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    expect(decrypted.Parameters?.map((one) => one.Value)).toEqual(['word', 'plain']);
  });

  test('of one that is missing, and of more than ten', async () => {
    const { ssm } = newParameterStore();
    const Names = Array.from({ length: 11 }, (_value, index) => `n${index}`);
    expect(
      await outcomes([
        () => ssm.send(new GetParameterCommand({ Name: 'none' })),
        () => ssm.send(new GetParametersCommand({ Names })),
        () => ssm.send(new GetParametersCommand({ Names: Names.slice(1) })),
      ]),
    ).toEqual(['ParameterNotFound', 'ValidationException', 'ok']);
  });

  test('may be late', async () => {
    const { put, ssm, later } = newParameterStore({ lagMs: () => 5 * SECOND });
    await put({})();
    const read = () => ssm.send(new GetParameterCommand({ Name: '/app/key' }));
    expect(await outcome(read())).toBe('ParameterNotFound');
    await later(5 * SECOND);
    expect(await outcome(read())).toBe('ok');
  });
});

describe('deleting', () => {
  test('one by one it must be there; ten at a time it need not', async () => {
    const { put, ssm, aws } = newParameterStore();
    for (const Name of ['/a', '/b', '/c']) await put({ Name })();
    const remove = () => ssm.send(new DeleteParameterCommand({ Name: '/a' }));
    expect(await outcomes([remove, remove])).toEqual(['ok', 'ParameterNotFound']);
    const Names = ['/a', '/b', '/c'];
    expect(await ssm.send(new DeleteParametersCommand({ Names }))).toMatchObject({
      DeletedParameters: ['/b', '/c'],
      InvalidParameters: ['/a'],
    });
    expect(aws.truth.parameters()).toEqual([]);
    const eleven = Array<string>(11).fill('/a');
    expect(await outcome(ssm.send(new DeleteParametersCommand({ Names: eleven })))).toBe(
      'ValidationException',
    );
    // A new life begins with version 1.
    expect(await put({ Name: '/a' })()).toMatchObject({ Version: 1 });
  });
});

describe('tags', () => {
  test('are added, replaced, removed and listed; their keys are case-sensitive', async () => {
    const { put, ssm } = newParameterStore();
    const resource = { ResourceType: 'Parameter', ResourceId: '/app/key' } as const;
    await put({ Tags: [{ Key: 'a', Value: '1' }] })();
    const add = (Key: string, Value: string) => () =>
      ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key, Value }] }));
    const remove = (TagKeys: string[]) => () =>
      ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys }));
    expect(
      await outcomes([
        add('A', '2'),
        add('a', '3'),
        add('b', '4'),
        remove(['b', 'none']),
        add('aws:x', '5'),
        add('comma', 'a, b'),
        put({ Overwrite: true, Value: 'new' }),
      ]),
    ).toEqual(['ok', 'ok', 'ok', 'ok', 'ValidationException', 'ValidationException', 'ok']);
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(resource));
    expect(TagList).toEqual([
      { Key: 'A', Value: '2' },
      { Key: 'a', Value: '3' },
    ]);
  });

  test('a parameter has 50, and must exist', async () => {
    const { put, ssm } = newParameterStore();
    expect(await outcomes([put({ Tags: tags(51) }), put({ Tags: tags(50) })])).toEqual([
      'TooManyTagsError',
      'ok',
    ]);
    const other = { ResourceType: 'Parameter', ResourceId: '/none', Tags: tags(1) } as const;
    expect(await outcome(ssm.send(new AddTagsToResourceCommand(other)))).toBe('InvalidResourceId');
  });
});
