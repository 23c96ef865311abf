import type { LabelInput } from '../core/roster/label.js';
import { flag, list, mapOf, text, whole } from './roster-values.js';
import * as z from './schema.js';

const given = <Schema extends z.ZodMiniType>(schema: Schema) => z.optional(z.nullable(schema));

const descriptorFormat = z.strictObject({ format: text, labels: list(text) });

/** The inputs of cloudposse/null-label under their own names; null is none, as there. */
export const label: z.ZodMiniType<LabelInput> = z.strictObject(
  {
    get context() {
      return given(label);
    },
    enabled: given(flag),
    namespace: given(text),
    tenant: given(text),
    environment: given(text),
    stage: given(text),
    name: given(text),
    delimiter: given(text),
    attributes: given(list(text)),
    labels_as_tags: given(list(text)),
    tags: given(mapOf(text, text)),
    additional_tag_map: given(mapOf(text, text)),
    label_order: given(list(text)),
    regex_replace_chars: given(text),
    id_length_limit: given(whole(0, 1024)),
    label_key_case: given(text),
    label_value_case: given(text),
    descriptor_formats: given(mapOf(text, descriptorFormat)),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'it must be a map of fields' : undefined) },
);

z.globalRegistry.add(label, { id: 'label' });
