/** Where something stands in a roster: field names in camel case, keys of maps, places in lists from 0. */
export type Path = readonly (string | number)[];

/** Something in a roster that breaks a rule. */
export interface Fault {
  readonly path: Path;
  readonly value: unknown;
  /** Ends the sentence "people.bob.path is "/ops": …". */
  readonly rule: string;
  /** What the value refers to, elsewhere in the roster: a fault there may be the only cause of this one. */
  readonly about: Path | null;
}

/** Takes down one fault; reading goes on, since all faults are told at once. */
export type Tell = (path: Path, value: unknown, rule: string, about?: Path) => void;

/** Whether one is the other or lies within it. */
export function isWithin(path: Path, section: Path): boolean {
  return section.every((part, index) => path[index] === part);
}

/** The path that a field's name stands for: "Statement[0].Sid" or "Statement.0.Sid" is Statement, 0, Sid. */
export function partsOf(field: string): (string | number)[] {
  const parts = field.split(/[.[\]]+/).filter((part) => part !== '');
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
