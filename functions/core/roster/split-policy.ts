import type { PolicyDocument } from '../assume-policy.js';
import { InvalidValue } from '../invalid-value.js';
import { policyCharacters } from './user-documents.js';

/** IAM user guide, "IAM and AWS STS quotas": a managed policy's characters, white space not counted. */
export const maxPolicyCharacters = 6144;

type Statement = Readonly<Record<string, unknown>>;

/** What may be taken apart: to allow or deny a list is to allow or deny each of its entries. NotAction is otherwise. */
const splittable = ['Action', 'Resource'] as const;

/**
 * Documents that fit into a managed policy each and together mean the same; the document alone where it fits.
 * Statements fill up the first document that has room, since their order means nothing to IAM. Throws InvalidValue with
 * the policy's name and the size of the statement that cannot be made to fit.
 */
export function splitPolicy(document: PolicyDocument, name: string): readonly PolicyDocument[] {
  if (policyCharacters(document) <= maxPolicyCharacters) return [document];
  const capacity = maxPolicyCharacters - policyCharacters({ ...document, Statement: [] }) + sizeOf([]);
  const documents: Statement[][] = [];
  for (const statement of document.Statement as readonly Statement[]) {
    for (const piece of piecesOf(statement, capacity, name)) {
      const open = documents.find((statements) => sizeOf([...statements, piece]) <= capacity);
      if (open === undefined) documents.push([piece]);
      else open.push(piece);
    }
  }
  return documents.map((statements) => ({ ...document, Statement: statements }));
}

/** The statement where it fits, else its parts: its longest list is cut until each of them does. */
function piecesOf(statement: Statement, capacity: number, name: string): readonly Statement[] {
  if (sizeOf([statement]) <= capacity) return [statement];
  const [longest] = splittable
    .map((field) => ({ field, list: listOf(statement[field]) }))
    .filter(({ list }) => list.length > 1)
    .toSorted((one, other) => sizeOf(other.list) - sizeOf(one.list));
  if (longest === undefined) throw tooLong(statement, name);
  const { field, list } = longest;
  // Two parts may come to stand in one document, where no Sid may stand twice.
  const { Sid: _, ...unnamed } = statement;
  const room = capacity - sizeOf([{ ...unnamed, [field]: [] }]) + sizeOf([]);
  // Where the rest takes more than half, the list is halved, and the turn comes to the other list.
  const chunks = room < capacity / 2 ? halvesOf(list) : chunksOf(list, room);
  return chunks.flatMap((chunk) => piecesOf({ ...unnamed, [field]: chunk }, capacity, name));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function halvesOf(list: readonly unknown[]): readonly (readonly unknown[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** The list cut into runs of at most that size; an entry that is longer by itself is a run of its own. */
function chunksOf(list: readonly unknown[], size: number): readonly (readonly unknown[])[] {
  const chunks: unknown[][] = [];
  for (const entry of list) {
    const last = chunks.at(-1);
    if (last !== undefined && sizeOf([...last, entry]) <= size) last.push(entry);
    else chunks.push([entry]);
  }
  return chunks;
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length;
}

function tooLong(statement: Statement, name: string): InvalidValue {
  return new InvalidValue(
    `policy ${name}`,
    `a statement of ${sizeOf(statement)} characters`,
    `at most ${maxPolicyCharacters} characters long, or made of Action and Resource lists, which can be split`,
  );
}
