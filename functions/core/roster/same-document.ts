/**
 * Do two policy documents say the same? The order of keys says nothing, and IAM takes a list of one for the element
 * itself. Any other difference counts, the order of a list too: the worst that follows is a version too many.
 */
export function isSameDocument(one: unknown, other: unknown): boolean {
  return canonicalText(one, unwrap) === canonicalText(other, unwrap);
}

function unwrap(list: readonly unknown[]): unknown {
  return list.length === 1 ? list[0] : list;
}

/** JSON with sorted keys, so that equal values have equal texts; `arrange` may change each list before. */
export function canonicalText(
  value: unknown,
  arrange: (list: readonly unknown[]) => unknown = (list) => list,
): string {
  const arranged = Array.isArray(value) ? arrange(value) : value;
  if (Array.isArray(arranged)) {
    return `[${arranged.map((element) => canonicalText(element, arrange)).join(',')}]`;
  }
  if (arranged !== value) return canonicalText(arranged, arrange);
  if (typeof arranged !== 'object' || arranged === null) return JSON.stringify(arranged) ?? 'null';
  const entries = Object.entries(arranged)
    .filter(([, element]) => element !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, element]) => `${JSON.stringify(key)}:${canonicalText(element, arrange)}`);
  return `{${entries.join(',')}}`;
}
