import {
  DescribeParametersCommand,
  type DescribeParametersCommandInput,
  GetParametersByPathCommand,
  paginateDescribeParameters,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm';
import { describe, expect, test } from '@jest/globals';
import { newParameterStore, outcome, outcomes } from './account.js';

const path = (Option: string, ...Values: string[]) => [{ Key: 'Path', Option, Values }];
const named = (Option: string, ...Values: string[]) => [{ Key: 'Name', Option, Values }];

/** /a/0 to /a/59, and a few beside. */
async function filledStore() {
  const store = newParameterStore();
  for (let index = 0; index < 60; index += 1) await store.put({ Name: `/a/${index}` })();
  for (const Name of ['/a/deep/er', '/ab', '/b/0', 'word']) await store.put({ Name, Type: 'String' })();
  const names = async (ParameterFilters: DescribeParametersCommandInput['ParameterFilters']) => {
    const found: string[] = [];
    for await (const page of paginateDescribeParameters({ client: store.ssm }, { ParameterFilters }))
      found.push(...page.Parameters!.map((one) => one.Name!));
    return found;
  };
  return { ...store, names };
}

describe('listing parameters', () => {
  test('DescribeParameters pages by 50 and shows everything but values', async () => {
    const { put, ssm, aws } = newParameterStore();
    await put({ Description: 'The key.', KeyId: 'alias/mine', Value: 'hidden-value' })();
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    expect(Parameters).toEqual([
      {
        Name: '/app/key',
        ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/app/key',
        Type: 'SecureString',
        KeyId: 'alias/mine',
        LastModifiedDate: new Date('2026-03-01T12:00:00.700Z'),
        Description: 'The key.',
        Version: 1,
        Tier: 'Standard',
        Policies: [],
        DataType: 'text',
      },
    ]);
    for (let index = 0; index < 50; index += 1) await put({ Name: `/a/${index}` })();
    aws.clearCalls();
    const sizes: number[] = [];
    for await (const page of paginateDescribeParameters({ client: ssm }, {}))
      sizes.push(page.Parameters!.length);
    expect(sizes).toEqual([50, 1]);
    const ask = (MaxResults: number) => outcome(ssm.send(new DescribeParametersCommand({ MaxResults })));
    expect([await ask(50), await ask(51)]).toEqual(['ok', 'ValidationException']);
  });

  test('by path, by name and by type', async () => {
    const { names } = await filledStore();
    expect(await names(path('Recursive', '/a'))).toHaveLength(61);
    expect(await names(path('OneLevel', '/a'))).toHaveLength(60);
    expect(await names(path('OneLevel', '/b', '/a/deep'))).toEqual(['/a/deep/er', '/b/0']);
    expect(await names(path('OneLevel', '/'))).toEqual(['/ab', 'word']);
    expect(await names(path('Recursive', '/'))).toHaveLength(64);
    expect(await names(named('Equals', '/a/7', '/a'))).toEqual(['/a/7']);
    expect(await names(named('BeginsWith', '/ab'))).toEqual(['/ab']);
    expect(await names(named('Contains', '/0'))).toEqual(['/a/0', '/b/0']);
    expect(
      await names([...path('Recursive', '/a'), { Key: 'Type', Option: 'Equals', Values: ['String'] }]),
    ).toEqual(['/a/deep/er']);
  });

  test('a filter that AWS does not know is refused', async () => {
    const { ssm } = newParameterStore();
    const ask = (filter: { Key: string; Option?: string; Values?: string[] }) => () =>
      ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    expect(
      await outcomes([
        ask({ Key: 'Path', Option: 'BeginsWith', Values: ['/a'] }),
        ask({ Key: 'Name', Option: 'Recursive', Values: ['/a'] }),
        ask({ Key: 'Path', Option: 'Recursive', Values: ['a'] }),
        ask({ Key: 'Name', Values: [] }),
      ]),
    ).toEqual(['InvalidFilterOption', 'InvalidFilterOption', 'ValidationException', 'InvalidFilterValue']);
    await expect(ask({ Key: 'Label', Values: ['x'] })()).rejects.toThrow('is not modelled');
  });

  test('GetParametersByPath pages by ten and tells the values', async () => {
    const { ssm } = await filledStore();
    const sizes: number[] = [];
    const input = { Path: '/a/', Recursive: true, WithDecryption: true };
    for await (const page of paginateGetParametersByPath({ client: ssm }, input)) {
      sizes.push(page.Parameters!.length);
      expect(page.Parameters!.every((one) => one.Value === 'value')).toBe(true);
    }
    expect(sizes).toEqual([10, 10, 10, 10, 10, 10, 1]);
    const ask = (more: object) => () => ssm.send(new GetParametersByPathCommand({ Path: '/a', ...more }));
    expect(await outcomes([ask({ MaxResults: 11 }), ask({ Path: 'a' }), ask({ NextToken: 'x' })])).toEqual([
      'ValidationException',
      'ValidationException',
      'InvalidNextToken',
    ]);
  });
});
