import type * as ssm from '@aws-sdk/client-ssm';
import { notModelled, reads, takePage } from './operation.js';
import {
  invalid,
  notFound,
  plainName,
  refusal,
  requireNames,
  type FakeParameter,
  type ParametersState,
} from './ssm-state.js';
import type { Operations } from './types.js';

const BY_PATH_PER_PAGE = 10;
const DESCRIBED_PER_PAGE = 50;

export function parameterReads(state: ParametersState): Operations {
  return { ...valueReads(state), ...listings(state) };
}

function valueReads(state: ParametersState): Operations {
  return {
    GetParameter: reads<ssm.GetParameterCommandInput, ssm.GetParameterCommandOutput>(
      ['Name', 'WithDecryption'],
      (input, { asOf }) => {
        const parameter = state.named(plainName(input.Name), asOf) ?? notFound(input.Name);
        return { Parameter: readable(parameter, input.WithDecryption) };
      },
    ),
    GetParameters: reads<ssm.GetParametersCommandInput, ssm.GetParametersCommandOutput>(
      ['Names', 'WithDecryption'],
      (input, { asOf }) => {
        const names = requireNames(input.Names).map(plainName);
        const found = names.flatMap((name) => state.named(name, asOf) ?? []);
        return {
          Parameters: found.map((parameter) => readable(parameter, input.WithDecryption)),
          InvalidParameters: names.filter((name) => found.every((parameter) => parameter.name !== name)),
        };
      },
    ),
  };
}

function listings(state: ParametersState): Operations {
  return {
    GetParametersByPath: reads<ssm.GetParametersByPathCommandInput, ssm.GetParametersByPathCommandOutput>(
      ['Path', 'Recursive', 'WithDecryption', 'MaxResults', 'NextToken'],
      (input, { asOf }) => {
        const isBelow = below(input.Path ?? '', input.Recursive === true);
        const parameters = state.all(asOf).filter(isBelow);
        const { page, more } = ssmPage(state, 'GetParametersByPath', input, parameters, BY_PATH_PER_PAGE);
        return { Parameters: page.map((one) => readable(one, input.WithDecryption)), ...more };
      },
    ),
    DescribeParameters: reads<ssm.DescribeParametersCommandInput, ssm.DescribeParametersCommandOutput>(
      ['ParameterFilters', 'MaxResults', 'NextToken'],
      (input, { asOf }) => {
        const filters = (input.ParameterFilters ?? []).map(toPredicate);
        const parameters = state.all(asOf).filter((one) => filters.every((passes) => passes(one)));
        const { page, more } = ssmPage(state, 'DescribeParameters', input, parameters, DESCRIBED_PER_PAGE);
        return { Parameters: page.map(metadata), ...more };
      },
    ),
  };
}

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

function ssmPage(
  state: ParametersState,
  operation: string,
  input: PageInput,
  items: readonly FakeParameter[],
  most: number,
) {
  const max = input.MaxResults ?? most;
  if (!Number.isInteger(max) || max < 1 || max > most)
    invalid(`Value '${max}' at 'maxResults' must be between 1 and ${most}`);
  const { page, next } = takePage(state.world, {
    service: 'ssm',
    operation,
    items,
    keyOf: ({ name }) => name,
    max,
    marker: input.NextToken,
    badMarker: 'InvalidNextToken',
  });
  return { page, more: next === undefined ? {} : { NextToken: next } };
}

type Predicate = (parameter: FakeParameter) => boolean;

/** Values are alternatives; several filters must all pass. */
function toPredicate({
  Key: key = '',
  Option: option,
  Values: values = [],
}: ssm.ParameterStringFilter): Predicate {
  if (values.length < 1 || values.length > 50)
    refusal('InvalidFilterValue', `The filter ${key} has no or too many values`);
  switch (key) {
    case 'Name':
      return named(option ?? 'Equals', values);
    case 'Path':
      if (option !== undefined && option !== 'Recursive' && option !== 'OneLevel')
        return badOption(key, option);
      return anyOf(values.map((path) => below(path, option === 'Recursive')));
    case 'Type':
      if (option !== undefined && option !== 'Equals') return badOption(key, option);
      return ({ type }) => values.includes(type);
    default:
      return notModelled(`the filter ${key} of DescribeParameters`);
  }
}

function named(option: string, values: readonly string[]): Predicate {
  if (option === 'Equals') return ({ name }) => values.includes(name);
  if (option === 'BeginsWith') return ({ name }) => values.some((value) => name.startsWith(value));
  if (option === 'Contains') return ({ name }) => values.some((value) => name.includes(value));
  return badOption('Name', option);
}

function badOption(key: string, option: string): never {
  refusal('InvalidFilterOption', `The following filter option is not valid: ${option}. Key: ${key}`);
}

function anyOf(predicates: readonly Predicate[]): Predicate {
  return (parameter) => predicates.some((passes) => passes(parameter));
}

function below(path: string, isRecursive: boolean): Predicate {
  if (!/^\/([A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\/?)?$/.test(path)) {
    invalid(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
  }
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return ({ name }) => {
    // A name without a slash stands at the root.
    const full = name.startsWith('/') ? name : `/${name}`;
    return full.startsWith(prefix) && (isRecursive || !full.slice(prefix.length).includes('/'));
  };
}

/** Everything but the value. */
function metadata(parameter: FakeParameter): ssm.ParameterMetadata {
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: parameter.type,
    ...(parameter.keyId !== undefined && { KeyId: parameter.keyId }),
    LastModifiedDate: new Date(parameter.changedAt),
    ...(parameter.description !== undefined && { Description: parameter.description }),
    Version: parameter.version,
    Tier: parameter.tier,
    Policies: [],
    DataType: parameter.dataType,
  };
}

function readable(parameter: FakeParameter, withDecryption: boolean | undefined): ssm.Parameter {
  const isHidden = parameter.type === 'SecureString' && withDecryption !== true;
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: isHidden ? parameter.ciphertext : parameter.value,
    Version: parameter.version,
    LastModifiedDate: new Date(parameter.changedAt),
    ARN: parameter.arn,
    DataType: parameter.dataType,
  };
}
