import { InvalidValue } from '../invalid-value.js';
import { formatLabels } from './label-format.js';
import { type Remove, remover } from './label-regex.js';
import { byKey, compactDistinct, first, length, lower, normal, title, upper } from './label-text.js';

/**
 * A name and its tags by the rules of cloudposse/null-label 0.25.0, of which the main.tf is the source of every rule below.
 * Inputs keep the module's own names, so that a Terraform configuration can be taken over as it is; null and a missing
 * input are the same.
 */
export interface LabelInput {
  /** What this label inherits: another label's `context`, or inputs of which some may in turn have a context. */
  readonly context?: LabelInput | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly tenant?: string | null | undefined;
  readonly environment?: string | null | undefined;
  readonly stage?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly delimiter?: string | null | undefined;
  readonly attributes?: readonly string[] | null | undefined;
  readonly labels_as_tags?: readonly string[] | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
  readonly additional_tag_map?: Readonly<Record<string, string>> | null | undefined;
  readonly label_order?: readonly string[] | null | undefined;
  /** A regular expression of RE2 between slashes; without them a literal text. */
  readonly regex_replace_chars?: string | null | undefined;
  /** Characters; 0: no limit. */
  readonly id_length_limit?: number | null | undefined;
  readonly label_key_case?: string | null | undefined;
  readonly label_value_case?: string | null | undefined;
  readonly descriptor_formats?: Readonly<Record<string, DescriptorFormat>> | null | undefined;
}

export interface DescriptorFormat {
  /** Terraform's format(), of which the labels are the arguments. */
  readonly format: string;
  readonly labels: readonly string[];
}

/** A context with every input in it, as a label hands it on. */
export interface LabelContext {
  readonly enabled: boolean;
  readonly namespace: string | null;
  readonly tenant: string | null;
  readonly environment: string | null;
  readonly stage: string | null;
  readonly name: string | null;
  readonly delimiter: string | null;
  readonly attributes: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly additional_tag_map: Readonly<Record<string, string>>;
  readonly label_order: readonly string[];
  readonly regex_replace_chars: string | null;
  readonly id_length_limit: number | null;
  readonly label_key_case: string | null;
  readonly label_value_case: string | null;
  readonly labels_as_tags: readonly string[];
  readonly descriptor_formats: Readonly<Record<string, DescriptorFormat>>;
}

export interface Label {
  /** '' where the label is disabled, as are the next ones down to `tags`. */
  readonly id: string;
  /** The id without the length limit. */
  readonly idFull: string;
  readonly enabled: boolean;
  readonly namespace: string;
  readonly tenant: string;
  readonly environment: string;
  readonly name: string;
  readonly stage: string;
  readonly delimiter: string;
  readonly attributes: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly additionalTagMap: Readonly<Record<string, string>>;
  readonly labelOrder: readonly string[];
  readonly regexReplaceChars: string;
  readonly idLengthLimit: number;
  readonly tagsAsListOfMaps: readonly Readonly<Record<string, string>>[];
  readonly descriptors: Readonly<Record<string, string>>;
  /** The inputs with every default and every rule applied. */
  readonly normalizedContext: LabelContext;
  /** The inputs merged and otherwise untouched: the context for the next label. */
  readonly context: LabelContext;
}

const textLabels = ['namespace', 'tenant', 'environment', 'stage', 'name'] as const;
type TextLabel = (typeof textLabels)[number];
/** In the order in which the module lists them. */
const labelNames = ['attributes', 'environment', 'name', 'namespace', 'stage', 'tenant'] as const;
type Labels = Readonly<Record<TextLabel | 'attributes', string>>;

const defaultOrder = ['namespace', 'environment', 'stage', 'name', 'attributes'];
const defaultRegex = '/[^-a-zA-Z0-9]/';
const hashLength = 5;
const keyCases = ['lower', 'title', 'upper'];
const valueCases = ['lower', 'title', 'upper', 'none'];

/**
 * Builds the label. `md5` gives the digest of a text's UTF-8 as 32 hexadecimal digits in small letters.
 * Throws InvalidValue for an input that the module refuses.
 */
export function buildLabel(input: LabelInput, md5: (text: string) => string): Label {
  const context = merge(input);
  const keyCase = context.label_key_case ?? 'title';
  const valueCase = context.label_value_case ?? 'lower';
  // An empty text is no regular expression of the module's, but is a delimiter.
  const regex = context.regex_replace_chars || defaultRegex;
  const delimiter = context.delimiter ?? '-';
  const order = context.label_order.length === 0 ? defaultOrder : context.label_order;
  const limit = context.id_length_limit ?? 0;

  const remove = remover(regex, 'regex_replace_chars');
  const format = (text: string): string => inCase(valueCase, remove(text));
  const attributes = compactDistinct(
    compactDistinct(context.attributes.map(remove)).map((text) => inCase(valueCase, text)),
  );
  const text = Object.fromEntries(textLabels.map((key) => [key, format(context[key] ?? '')])) as Record<
    TextLabel,
    string
  >;
  const labels: Labels = { ...text, attributes: join(delimiter, attributes) };

  const idFull = join(delimiter, order.map((name) => labelOf(labels, name, 'label_order')).filter(Boolean));
  const id = shorten(idFull, { delimiter, limit, valueCase, remove, md5 });
  const asTags = context.labels_as_tags.includes('default') ? labelNames : context.labels_as_tags;
  const tags = sorted({ ...generatedTags({ ...labels, name: id }, asTags, keyCase), ...context.tags });
  const normalizedContext: LabelContext = {
    ...context,
    ...text,
    delimiter,
    attributes,
    tags,
    label_order: order,
    regex_replace_chars: regex,
    id_length_limit: limit,
    label_key_case: keyCase,
    label_value_case: valueCase,
    labels_as_tags: asTags,
  };
  return {
    ...(context.enabled ? { id, idFull, ...text, delimiter, attributes, tags } : nothing),
    enabled: context.enabled,
    additionalTagMap: context.additional_tag_map,
    labelOrder: order,
    regexReplaceChars: regex,
    idLengthLimit: limit,
    tagsAsListOfMaps: Object.entries(tags)
      .toSorted(byKey)
      .map(([key, value]) => ({ key, value, ...context.additional_tag_map })),
    descriptors: descriptorsOf(context.descriptor_formats, labels),
    normalizedContext,
    context,
  };
}

/** What a disabled label gives out; the contexts, descriptors and the list of tags it gives out all the same. */
const nothing = {
  id: '',
  idFull: '',
  namespace: '',
  tenant: '',
  environment: '',
  stage: '',
  name: '',
  delimiter: '',
  attributes: [],
  tags: {},
};

/** Own inputs win over those of the context; lists and maps are joined. */
function merge(input: LabelInput): LabelContext {
  mustBeKnown(input);
  const context = input.context ?? {};
  // A context that has one itself stands for a chain of labels, of which each hands on what it has merged.
  const inherited: LabelInput = context.context == null ? context : merge(context);
  const own = <K extends keyof LabelInput>(key: K) => input[key] ?? inherited[key] ?? null;
  const text = (key: TextLabel | 'delimiter' | 'regex_replace_chars'): string | null => {
    const value = own(key);
    return value === null ? null : normal(value);
  };
  mustBeCase('context.label_key_case', inherited.label_key_case, keyCases);
  mustBeCase('context.label_value_case', inherited.label_value_case, valueCases);
  const limit = own('id_length_limit');
  if (limit !== null && !Number.isInteger(limit)) {
    throw new InvalidValue('id_length_limit', String(limit), 'a whole number');
  }
  return {
    enabled: own('enabled') ?? true,
    namespace: text('namespace'),
    tenant: text('tenant'),
    environment: text('environment'),
    stage: text('stage'),
    name: text('name'),
    delimiter: text('delimiter'),
    attributes: compactDistinct([...(inherited.attributes ?? []), ...(input.attributes ?? [])].map(normal)),
    tags: mergeTags(inherited.tags, input.tags),
    additional_tag_map: mergeTags(inherited.additional_tag_map, input.additional_tag_map),
    label_order: own('label_order') ?? [],
    regex_replace_chars: text('regex_replace_chars'),
    id_length_limit: limit,
    label_key_case: own('label_key_case'),
    label_value_case: own('label_value_case'),
    labels_as_tags: labelsAsTags(inherited, input),
    descriptor_formats: { ...inherited.descriptor_formats, ...input.descriptor_formats },
  };
}

/** The one input whose first setting in a chain stays; 'unset' in a context says that there was none yet. */
function labelsAsTags(inherited: LabelInput, input: LabelInput): readonly string[] {
  const set = inherited.labels_as_tags;
  const chosen = set == null || set.includes('unset') ? (input.labels_as_tags ?? ['default']) : set;
  return [...new Set(chosen)].toSorted();
}

function mergeTags(...all: readonly LabelInput['tags'][]): Record<string, string> {
  const entries = all.flatMap((tags) => Object.entries(tags ?? {}));
  return sorted(Object.fromEntries(entries.map(([key, value]) => [normal(key), normal(value)])));
}

function mustBeKnown(input: LabelInput): void {
  const limit = input.id_length_limit;
  if (limit != null && limit !== 0 && limit < 6) {
    throw new InvalidValue('id_length_limit', String(limit), '0 for no limit, or 6 or more');
  }
  mustBeCase('label_key_case', input.label_key_case, keyCases);
  mustBeCase('label_value_case', input.label_value_case, valueCases);
}

function mustBeCase(field: string, value: string | null | undefined, allowed: readonly string[]): void {
  if (value != null && !allowed.includes(value)) {
    throw new InvalidValue(field, value, `one of ${allowed.join(', ')}`);
  }
}

function inCase(wished: string, text: string): string {
  if (wished === 'none') return text;
  if (wished === 'upper') return upper(text);
  return wished === 'title' ? title(lower(text)) : lower(text);
}

function labelOf(labels: Labels, name: string, field: string): string {
  if (!labelNames.some((known) => known === name)) {
    throw new InvalidValue(field, name, `one of ${[...textLabels, 'attributes'].join(', ')}`);
  }
  return labels[name as keyof Labels];
}

interface Shortening {
  readonly delimiter: string;
  readonly limit: number;
  readonly valueCase: string;
  readonly remove: Remove;
  readonly md5: (text: string) => string;
}

/** An id over the limit ends in the first digits of its hash, after as much of it as leaves room for a delimiter between them. */
function shorten(idFull: string, { delimiter, limit, valueCase, remove, md5 }: Shortening): string {
  if (limit === 0 || length(idFull) <= limit) return idFull;
  const room = limit - (hashLength + length(delimiter));
  const start = room <= 0 ? '' : join('', [trimEnd(first(idFull, room), delimiter), delimiter]);
  // The letters serve where the regular expression removes digits.
  const hash = `${md5(idFull)}qrstuvwxyz`;
  const cased = valueCase === 'title' ? title(hash) : inCase(valueCase, hash);
  return first(join('', [start, remove(cased)]), limit);
}

function trimEnd(text: string, end: string): string {
  return end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text;
}

function join(delimiter: string, texts: readonly string[]): string {
  return normal(texts.join(delimiter));
}

function generatedTags(labels: Labels, asTags: readonly string[], keyCase: string): Record<string, string> {
  const filled = labelNames.filter((name) => asTags.includes(name) && labels[name] !== '');
  return Object.fromEntries(filled.map((name) => [inCase(keyCase, name), labels[name]]));
}

function descriptorsOf(formats: LabelContext['descriptor_formats'], labels: Labels): Record<string, string> {
  const entries = Object.entries(formats).map(([key, { format, labels: names }]) => {
    const field = `descriptor_formats.${key}`;
    const values = names.map((name) => labelOf(labels, name, `${field}.labels`));
    return [key, formatLabels(format, values, `${field}.format`)];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function sorted(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).toSorted(byKey));
}
