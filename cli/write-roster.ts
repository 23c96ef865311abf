import { Document, isMap, isNode, isPair, isSeq } from 'yaml';
import type { DraftNote, LeftOut, RosterDraft } from '../functions/core/roster/draft.js';
import type { Path } from '../functions/core/roster/faults.js';
import type { RosterInput } from '../functions/core/roster/roster-input.js';
import { InvalidRoster, type RosterFault, readRoster } from '../functions/shell/read-roster.js';

/** A draft that can be read as a roster, and its text. */
export interface WrittenRoster {
  readonly draft: RosterDraft;
  readonly text: string;
}

/**
 * Writes a draft as YAML, with its notes as comments. A user that breaks a rule or a quota of a roster is left out of it,
 * with the reason. Throws InvalidRoster for a fault that is no single user's.
 */
export function writeRoster(draft: RosterDraft): WrittenRoster {
  let settled = draft;
  for (;;) {
    const text = formatDraft(settled);
    try {
      readRoster(text, 'the import');
      return { draft: settled, text };
    } catch (error) {
      if (!(error instanceof InvalidRoster)) throw error;
      const found = blame(settled.input, error.faults);
      if (found === null) throw error;
      settled = leaveOut(settled, found);
    }
  }
}

/** "people.bob@example.com" or "systemUsers.3" -> what is wrong there. */
type Blame = ReadonlyMap<string, readonly RosterFault[]>;

/** The users that the faults are of; null where one is nobody's. */
function blame(input: RosterInput, faults: readonly RosterFault[]): Blame | null {
  const places = placesOf(input)
    .map(({ place }) => place)
    .toSorted((one, other) => other.length - one.length);
  const found = new Map<string, RosterFault[]>();
  for (const fault of faults) {
    const place = places.find((one) => fault.path === one || fault.path.startsWith(`${one}.`));
    if (place === undefined) return null;
    found.set(place, [...(found.get(place) ?? []), fault]);
  }
  return found;
}

function placesOf({ people = {}, systemUsers = [] }: RosterInput): { name: string; place: string }[] {
  return [
    ...Object.keys(people).map((name) => ({ name, place: `people.${name}` })),
    ...systemUsers.map(({ name = '' }, index) => ({ name, place: `systemUsers.${index}` })),
  ];
}

function leaveOut(draft: RosterDraft, found: Blame): RosterDraft {
  const { input, notes, leftOut } = draft;
  const { people = {}, systemUsers = [], ...rest } = input;
  const isFound = (path: Path) => found.has(path.slice(0, 2).join('.'));
  const keptPeople = Object.fromEntries(
    Object.entries(people).filter(([name]) => !isFound(['people', name])),
  );
  const kept = systemUsers.map((_, index) => index).filter((index) => !isFound(['systemUsers', index]));
  const renumbered = notes
    .filter(({ path }) => !isFound(path))
    .map(({ path: [first, second, ...more], says }): DraftNote => {
      const place = first === 'systemUsers' && typeof second === 'number' ? kept.indexOf(second) : second;
      const path = [first, place, ...more].filter((part) => part !== undefined);
      return { path, says };
    });
  const gone = placesOf(input).flatMap(({ name, place }): LeftOut[] => {
    const faults = found.get(place);
    if (faults === undefined) return [];
    const why = faults.map(({ path, rule }) => `${path.slice(place.length + 1) || 'the user'}: ${rule}`);
    return [{ name, why: why.join('; ') }];
  });
  return {
    ...draft,
    input: {
      ...rest,
      ...(Object.keys(keptPeople).length === 0 ? {} : { people: keptPeople }),
      ...(kept.length === 0 ? {} : { systemUsers: kept.map((index) => systemUsers[index]!) }),
    },
    notes: renumbered,
    leftOut: [...leftOut, ...gone],
  };
}

/** Longer lines than this are broken, so that policy documents stay readable. */
const lineWidth = 110;

function formatDraft({ input, notes, leftOut }: RosterDraft): string {
  const document = new Document(input, { aliasDuplicateObjects: false });
  for (const [place, texts] of textsByPlace(notes)) comment(document, JSON.parse(place) as Path, texts);
  const head = [
    ...notes.filter(({ path }) => path.length === 0).map(({ says }) => says),
    ...leftOut.map(({ name, why }) => `Left out: ${name}: ${why}`),
  ];
  if (head.length > 0) document.commentBefore = asComment(head);
  return document.toString({ lineWidth });
}

function textsByPlace(notes: readonly DraftNote[]): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const { path, says } of notes) {
    if (path.length === 0) continue;
    const place = JSON.stringify(path);
    texts.set(place, [...(texts.get(place) ?? []), says]);
  }
  return texts;
}

/** A comment of a map's entry stands before its key, one of a list's before the element. */
function comment(document: Document, path: Path, texts: readonly string[]): void {
  const last = path.at(-1)!;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  let node: unknown;
  if (isMap(parent)) node = parent.items.find(({ key }) => isNode(key) && key.toJSON() === last)?.key;
  else if (isSeq(parent)) node = parent.items[last as number];
  if (isPair(node) || !isNode(node)) throw new Error(`a note on ${path.join('.')}, which is not there`);
  node.commentBefore = asComment(texts);
}

/** Whatever a text holds, none of it becomes part of the roster. */
function asComment(texts: readonly string[]): string {
  return texts.map((text) => ` ${text.replace(/\p{Cc}+/gu, ' ')}`).join('\n');
}
