import {
  LineCounter,
  type Node,
  type YAMLMap,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';
import type { Path } from '../core/roster/faults.js';

/** A fault of the text itself, before any meaning. */
export interface TextFault {
  readonly line: number;
  readonly path: Path;
  readonly value: unknown;
  readonly rule: string;
}

/** YAML or JSON (which is YAML) as plain values, knowing on which line each of them stands. */
export interface ReadText {
  readonly value: unknown;
  readonly faults: readonly TextFault[];
  /** Of a value, or of the nearest that holds the place where one is missing; from 1. */
  readonly lineOf: (path: Path) => number;
}

/** The types of JSON. Any other tag would have to be given a meaning. */
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((type) => `tag:yaml.org,2002:${type}`),
);
const maxDepth = 64;
/** Far more than 5,000 users have; what aliases of aliases make of a small text is beyond it. */
const maxValues = 500_000;
const maxSyntaxFaults = 10;

/**
 * Reads one document. Anchors, aliases and merge keys ("<<") are followed; a key that is given twice, a custom tag
 * and an alias of nothing are faults. A text with syntax errors has those alone, and no value.
 */
export function readText(text: string): ReadText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  if (document.errors.length > 0) {
    const faults = document.errors.slice(0, maxSyntaxFaults).map(({ pos, message }) => ({
      line: lines.linePos(pos[0]).line,
      path: [],
      value: undefined,
      rule: message,
    }));
    return { value: undefined, faults, lineOf: () => 1 };
  }
  return new TextReader(lines).read(document.contents);
}

class TextReader {
  private readonly lineByPath = new Map<string, number>();
  private readonly faults: TextFault[] = [];
  private readonly anchors = new Map<string, Node>();
  private values = 0;

  constructor(private readonly lines: LineCounter) {}

  read(contents: Node | null): ReadText {
    const value = this.valueOf(contents, []);
    return { value, faults: this.faults, lineOf: (path) => this.lineOf(path) };
  }

  private lineOf(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const line = this.lineByPath.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return 1;
  }

  private valueOf(node: unknown, path: Path): unknown {
    this.values += 1;
    if (path.length > maxDepth || this.values > maxValues) {
      if (this.values <= maxValues + 1)
        this.tell(path, undefined, `there is more of it than ${maxValues} values or ${maxDepth} levels`);
      this.values = maxValues + 1;
      return undefined;
    }
    if (!isNode(node)) return null;
    if (isAlias(node)) {
      const source = this.anchors.get(node.source);
      if (source) return this.valueOf(source, path);
      this.tell(path, `*${node.source}`, 'there is no such anchor before it');
      return null;
    }
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (node.tag !== undefined && !plainTags.has(node.tag)) {
      this.tell(path, node.tag, 'tags of YAML have no meaning here');
      return null;
    }
    if (isMap(node)) return this.mapOf(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.valueAt(item, item, [...path, index]));
    return isScalar(node) ? node.value : null;
  }

  private valueAt(where: unknown, node: unknown, path: Path): unknown {
    const start = isNode(where) ? where.range?.[0] : undefined;
    if (start !== undefined) this.lineByPath.set(JSON.stringify(path), this.lines.linePos(start).line);
    return this.valueOf(node, path);
  }

  private mapOf(map: YAMLMap, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    // What is merged comes first: the map's own keys are the stronger ones.
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) Object.assign(value, this.mergedOf(pair.value, path));
    }
    const seen = new Set<string>();
    for (const { key, value: node } of map.items) {
      if (isMergeKey(key)) continue;
      const name = nameOf(key) ?? '';
      const at = [...path, name];
      // What comes a second time is read for its own faults and anchors, and leaves no trace on the first.
      const place = seen.has(name) ? [...path, `${name} (again)`] : at;
      const item = this.valueAt(key, node, place);
      const rule = name === '__proto__' || nameOf(key) === null ? 'its key must be a plain text' : null;
      if (rule !== null) this.tell(at, item, rule);
      else if (seen.has(name))
        this.tell(
          at,
          item,
          `it is given a second time, first on line ${this.lineOf(at)}`,
          this.lineOf(place),
        );
      else value[name] = item;
      seen.add(name);
    }
    return value;
  }

  private mergedOf(node: unknown, path: Path): Record<string, unknown> {
    const sources = isSeq(node) ? node.items : [node];
    const merged: Record<string, unknown> = {};
    // The first of several is the strongest.
    for (const source of sources.toReversed()) {
      const value = this.valueOf(source, path);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) Object.assign(merged, value);
      else this.tell([...path, '<<'], value, 'only maps can be merged');
    }
    return merged;
  }

  private tell(path: Path, value: unknown, rule: string, line = this.lineOf(path)): void {
    this.faults.push({ line, path, value, rule });
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** A number as a key is the text that it was written as; null for what is no text at all. */
function nameOf(key: unknown): string | null {
  if (!isScalar(key)) return null;
  return typeof key.value === 'string' ? key.value : (key.source ?? null);
}
