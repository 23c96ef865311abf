/** A policy document where it hangs. */
export interface PolicySource {
  /** As in "trust policy of role DataEngineerRole". */
  readonly what: string;
  /** Of whatever has the policy. */
  readonly arn: string;
  /** JSON text, or that URL-encoded, as IAM answers it. */
  readonly document: string;
}

/** The elements of one statement by their names in lower case. */
export type Statement = Readonly<Record<string, unknown>>;

/** The statements of a document; null where it is no policy that can be read. */
export function readStatements(document: string): Statement[] | null {
  const policy = parseDocument(document);
  if (!isObject(policy)) return null;
  const statements = listOf(lowerKeys(policy)['statement']);
  return statements.every(isObject) ? statements.map(lowerKeys) : null;
}

function parseDocument(document: string): unknown {
  try {
    return JSON.parse(document.trimStart().startsWith('%') ? decodeURIComponent(document) : document);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return null;
    throw error;
  }
}

/** IAM takes the names of elements and of condition keys in any case. */
export function lowerKeys(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key.toLowerCase(), held]));
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One value stands for a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

export function textsOf(value: unknown): string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}
