import type * as ssm from '@aws-sdk/client-ssm';
import { notModelled, writes } from './operation.js';
import { parameterReads } from './ssm-reads.js';
import {
  checkNewName,
  invalid,
  notFound,
  plainName,
  refusal,
  requireNames,
  type FakeParameter,
  type ParametersState,
  type ParameterType,
} from './ssm-state.js';
import { mergeParameterTags, parameterTagOperations } from './ssm-tags.js';
import type { Operations } from './types.js';

const PARAMETERS_PER_ACCOUNT = 10_000;
const DESCRIPTION_CHARACTERS = 1024;
const CHARACTERS = { Standard: 4096, Advanced: 8192 } as const;
const TYPES: readonly string[] = ['String', 'StringList', 'SecureString'] satisfies ParameterType[];
const DEFAULT_KEY = 'alias/aws/ssm';

/** Parameter Store, the part of Systems Manager that keeps keys. */
export function ssmOperations(state: ParametersState): Operations {
  return {
    PutParameter: putParameter(state),
    ...deletions(state),
    ...parameterReads(state),
    ...parameterTagOperations(state),
  };
}

function putParameter(state: ParametersState) {
  return writes<ssm.PutParameterCommandInput, ssm.PutParameterCommandOutput>(
    ['Name', 'Value', 'Type', 'Description', 'KeyId', 'Overwrite', 'Tags', 'Tier', 'DataType'],
    (input, { now }) => {
      const { Name: name = '', Value: value = '', Description: description } = input;
      checkNewName(state, name);
      if (input.Overwrite === true && input.Tags !== undefined) {
        invalid(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove " +
            'overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
        );
      }
      if ((description ?? '').length > DESCRIPTION_CHARACTERS)
        invalid(`Description must have at most ${DESCRIPTION_CHARACTERS} characters`);
      if (value === '') invalid("Value at 'value' must have at least 1 character");
      const existing = state.named(name);
      if (existing !== undefined && input.Overwrite !== true) {
        refusal(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      if (existing === undefined && state.all().length >= PARAMETERS_PER_ACCOUNT)
        refusal('ParameterLimitExceeded', `more than ${PARAMETERS_PER_ACCOUNT} parameters`);
      const type = typeOf(input, existing);
      const tier = tierOf(input, existing);
      checkValue(value, tier);
      const parameter: FakeParameter = {
        name,
        arn: state.arn(name),
        type,
        value,
        ciphertext: `AQICAHh${state.world.random.base64(180)}`,
        tier,
        dataType: dataTypeOf(input),
        description: description ?? existing?.description,
        keyId: keyIdOf(input, type),
        tags: existing?.tags ?? mergeParameterTags([], input.Tags ?? []),
        version: (existing?.version ?? 0) + 1,
        changedAt: now,
      };
      state.put(parameter);
      return { Version: parameter.version, Tier: tier };
    },
  );
}

function typeOf({ Type: asked }: ssm.PutParameterCommandInput, existing?: FakeParameter): ParameterType {
  if (asked !== undefined && !TYPES.includes(asked))
    invalid(`Value '${asked}' at 'type' must be one of ${TYPES.join()}`);
  if (existing === undefined)
    return asked ?? invalid('A parameter type is required when you create a parameter.');
  if (asked !== undefined && asked !== existing.type) {
    refusal(
      'HierarchyTypeMismatchException',
      `The parameter ${existing.name} is a ${existing.type}; its type cannot become ${asked}.`,
    );
  }
  return existing.type;
}

/** A parameter that is overwritten without a tier keeps its own. */
function tierOf(
  { Tier: asked }: ssm.PutParameterCommandInput,
  existing?: FakeParameter,
): FakeParameter['tier'] {
  const tier = asked ?? existing?.tier ?? 'Standard';
  if (tier !== 'Standard' && tier !== 'Advanced') return notModelled(`the tier ${tier} of PutParameter`);
  if (existing?.tier === 'Advanced' && tier === 'Standard') {
    invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier " +
        'to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it.',
    );
  }
  return tier;
}

function checkValue(value: string, tier: FakeParameter['tier']): void {
  if (/\{\{.*\}\}/.test(value))
    invalid('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  if (Buffer.byteLength(value) > CHARACTERS[tier]) {
    const more =
      tier === 'Standard'
        ? ' To create a larger parameter value, upgrade to the advanced-parameter tier.'
        : '';
    invalid(
      `${tier} tier parameters support a maximum parameter value of ${CHARACTERS[tier]} characters.${more}`,
    );
  }
}

function dataTypeOf({ DataType: asked = 'text' }: ssm.PutParameterCommandInput): string {
  return asked === 'text' ? asked : notModelled(`the data type ${asked} of PutParameter`);
}

/** A call that names no key means the account's own, even if another one is in use. */
function keyIdOf({ KeyId: asked }: ssm.PutParameterCommandInput, type: ParameterType): string | undefined {
  if (type === 'SecureString') return asked ?? DEFAULT_KEY;
  if (asked !== undefined) invalid('KeyId is required for SecureString type parameter only.');
  return undefined;
}

function deletions(state: ParametersState): Operations {
  return {
    DeleteParameter: writes<ssm.DeleteParameterCommandInput, ssm.DeleteParameterCommandOutput>(
      ['Name'],
      (input) => {
        const { name } = state.named(plainName(input.Name)) ?? notFound(input.Name);
        state.remove(name);
        return {};
      },
    ),
    DeleteParameters: writes<ssm.DeleteParametersCommandInput, ssm.DeleteParametersCommandOutput>(
      ['Names'],
      (input) => {
        const names = requireNames(input.Names).map(plainName);
        const known = names.filter((name) => state.named(name) !== undefined);
        for (const name of known) state.remove(name);
        return { DeletedParameters: known, InvalidParameters: names.filter((name) => !known.includes(name)) };
      },
    ),
  };
}
