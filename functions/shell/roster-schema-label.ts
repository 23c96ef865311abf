import type { LabelInput } from '../core/roster/label.js';
import { flag, list, mapOf, text, whole } from './roster-values.js';
import * as z from './schema.js';

const given = <Schema extends z.ZodMiniType>(schema: Schema, says: string, usual?: unknown) =>
  z
    .optional(z.nullable(schema))
    .check(z.meta({ description: says, ...(usual === undefined ? {} : { default: usual }) }));

const part = (name: string) => given(text, `${name}: a part of the name, and a tag.`);

const descriptorFormat = z.strictObject({
  format: text.check(z.describe("As Terraform's format takes it.")),
  labels: list(text).check(z.describe('Labels, in its order.')),
});

/** The inputs of cloudposse/null-label under their own names; null is none, as there. */
export const label: z.ZodMiniType<LabelInput> = z.strictObject(
  {
    get context() {
      return given(label, 'The label whose inputs this one inherits.');
    },
    enabled: given(flag, 'false: no name, no tags.', true),
    namespace: part('Organisation'),
    tenant: given(text, 'Customer: a tag, and a part of the name where label_order has it.'),
    environment: part('Region, for the most part'),
    stage: part('prod, dev and the like'),
    name: given(text, 'A part of the name; the tag Name is the whole of it.'),
    delimiter: given(text, 'Between the parts.', '-'),
    attributes: given(list(text), 'Further parts, after those of the context.', []),
    labels_as_tags: given(list(text), 'Which labels become tags: all where it is not given, [] for none.'),
    tags: given(mapOf(text, text), 'Further tags; they win.', {}),
    additional_tag_map: given(mapOf(text, text), 'Accepted, and without effect on an IAM user.', {}),
    label_order: given(list(text), 'Which labels make the name, and in which order.', [
      'namespace',
      'environment',
      'stage',
      'name',
      'attributes',
    ]),
    regex_replace_chars: given(
      text,
      'What is removed from each label: a regular expression between slashes, or a text.',
      '/[^-a-zA-Z0-9]/',
    ),
    id_length_limit: given(
      whole(0, 1024),
      'The name is cut at so many characters, with a hash at its end; 0: never.',
      0,
    ),
    label_key_case: given(text, 'Case of the tag keys: lower, title or upper.', 'title'),
    label_value_case: given(text, 'Case of the labels: lower, title, upper or none.', 'lower'),
    descriptor_formats: given(
      mapOf(text, descriptorFormat),
      'Checked, and without effect on an IAM user.',
      {},
    ),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'it must be a map of fields' : undefined) },
);

z.globalRegistry.add(label, { id: 'label' });
