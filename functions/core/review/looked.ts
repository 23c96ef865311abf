/** What a read came to that may fail in part. */
export interface Looked<Item> {
  readonly items: readonly Item[];
  /** What could not be read, and why. */
  readonly unread: readonly string[];
}

export function joinLooked<Item>(all: readonly Looked<Item>[]): Looked<Item> {
  return { items: all.flatMap(({ items }) => items), unread: all.flatMap(({ unread }) => unread) };
}
