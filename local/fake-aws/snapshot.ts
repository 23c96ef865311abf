import type { Tables } from './dynamodb.js';
import type { Item } from './expressions.js';

/** A service whose state outlives the process, as plain data. */
export interface Kept {
  dump(): unknown;
  load(dumped: never): void;
}

/**
 * An account as data that survives JSON. It holds what is so, not what was: a late read of an account that came
 * from a snapshot sees no further back. Queues, buses and credential reports are not in it.
 */
export interface Snapshot {
  /** Chance goes on from here. */
  readonly seed: number;
  readonly mintedSecrets: readonly string[];
  /** By service. */
  readonly services: Readonly<Record<string, unknown>>;
}

interface DumpedTable {
  readonly name: string;
  readonly keyName: string;
  readonly items: readonly (readonly [string, Item])[];
}

export function keptTables(tables: Tables): Kept {
  return {
    dump: (): readonly DumpedTable[] =>
      [...tables.values()].map((table) => ({ ...table, items: [...table.items] })),
    load: (dumped: readonly DumpedTable[]) => {
      for (const table of dumped) tables.set(table.name, { ...table, items: new Map(table.items) });
    },
  };
}
