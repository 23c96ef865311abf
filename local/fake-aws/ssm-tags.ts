import type * as ssm from '@aws-sdk/client-ssm';
import type { FakeTag } from './iam-state.js';
import { notModelled, reads, writes } from './operation.js';
import { invalid, refusal, type FakeParameter, type ParametersState } from './ssm-state.js';
import type { Operations } from './types.js';

const TAGS_PER_PARAMETER = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

interface OfResource {
  readonly ResourceType?: string | undefined;
  readonly ResourceId?: string | undefined;
}

export function parameterTagOperations(state: ParametersState): Operations {
  return {
    AddTagsToResource: writes<ssm.AddTagsToResourceCommandInput, ssm.AddTagsToResourceCommandOutput>(
      ['ResourceType', 'ResourceId', 'Tags'],
      (input) => {
        const parameter = tagged(state, input);
        state.put({ ...parameter, tags: mergeParameterTags(parameter.tags, input.Tags ?? []) });
        return {};
      },
    ),
    RemoveTagsFromResource: writes<
      ssm.RemoveTagsFromResourceCommandInput,
      ssm.RemoveTagsFromResourceCommandOutput
    >(['ResourceType', 'ResourceId', 'TagKeys'], (input) => {
      const parameter = tagged(state, input);
      const removed = input.TagKeys ?? [];
      state.put({ ...parameter, tags: parameter.tags.filter((tag) => !removed.includes(tag.Key)) });
      return {};
    }),
    ListTagsForResource: reads<ssm.ListTagsForResourceCommandInput, ssm.ListTagsForResourceCommandOutput>(
      ['ResourceType', 'ResourceId'],
      (input, { asOf }) => ({ TagList: [...tagged(state, input, asOf).tags] }),
    ),
  };
}

function tagged(
  state: ParametersState,
  { ResourceType, ResourceId }: OfResource,
  asOf?: number,
): FakeParameter {
  if (ResourceType !== 'Parameter') notModelled(`tags of the resource type ${ResourceType}`);
  const message = `The resource ID "${ResourceId}" is not valid. Verify the ID and try again.`;
  return state.named(ResourceId ?? '', asOf) ?? refusal('InvalidResourceId', message);
}

/** Keys are case-sensitive. */
export function mergeParameterTags(existing: readonly FakeTag[], added: readonly ssm.Tag[]): FakeTag[] {
  const tags = added.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  for (const { Key, Value } of tags) {
    if (Key.length < 1 || Key.length > 128 || !TAG_TEXT.test(Key) || /^aws:/i.test(Key))
      invalid(`Tag key ${JSON.stringify(Key)} is not valid`);
    if (Value.length > 256 || !TAG_TEXT.test(Value))
      invalid(`Tag value ${JSON.stringify(Value)} is not valid`);
  }
  const keys = tags.map((tag) => tag.Key);
  if (new Set(keys).size < keys.length) invalid('Duplicate tag keys found.');
  const merged = [...existing.filter((tag) => !keys.includes(tag.Key)), ...tags];
  if (merged.length > TAGS_PER_PARAMETER)
    refusal('TooManyTagsError', `A parameter takes at most ${TAGS_PER_PARAMETER} tags.`);
  return merged;
}
