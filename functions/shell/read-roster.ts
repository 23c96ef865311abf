import { type Fault, type Path, isWithin } from '../core/roster/faults.js';
import type { RosterInput } from '../core/roster/roster-input.js';
import { resolveRoster } from '../core/roster/resolve.js';
import type { Roster } from '../core/roster/roster.js';
import { md5 } from './md5.js';
import { findWritten, twinOf } from './roster-fields.js';
import { rosterSchema } from './roster-schema.js';
import { readText } from './roster-text.js';
import type * as z from './schema.js';

/** One thing that is wrong, where it stands. */
export interface RosterFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** As it is written, with points between: people.bob@example.com.roles.1; '' for the whole. */
  readonly path: string;
  readonly value: unknown;
  readonly rule: string;
}

/** A roster that breaks rules; the message has a line for each fault, in the order of the text. */
export class InvalidRoster extends Error {
  override readonly name = 'InvalidRoster';

  constructor(
    readonly source: string,
    readonly faults: readonly RosterFault[],
  ) {
    super([`${source} has ${faults.length} fault(s)`, ...faults.map(sentenceOf)].join('\n  '));
  }
}

/** As examineRoster, but a roster with any fault is none. Throws InvalidRoster, once, for everything that is wrong. */
export function readRoster(text: string, source: string): Roster {
  const { roster, faults } = examineRoster(text, source);
  if (roster === null || faults.length > 0) throw new InvalidRoster(source, faults);
  return roster;
}

/** A roster as far as it can be resolved; null where the text has no form at all. With any fault it is to be looked at only. */
export interface ExaminedRoster {
  readonly roster: Roster | null;
  /** In the order of the text. */
  readonly faults: readonly RosterFault[];
}

/** Reads a roster in YAML or JSON, resolves it, and checks it against every rule and quota. `source` names the text in faults. */
export function examineRoster(text: string, source: string): ExaminedRoster {
  const { value, faults: textFaults, lineOf } = readText(text);
  if (value === undefined)
    return { roster: null, faults: textFaults.map((fault) => faultOf(source, fault.line, fault)) };
  const { input, faults: formFaults } = readForm(value);
  const { roster, faults: meaningFaults } = resolveRoster(input, md5);
  const faults = [...formFaults, ...meaningFaults.filter((fault) => !isConsequence(fault, formFaults))].map(
    (fault) => {
      const { path } = findWritten(value, fault.path);
      return faultOf(source, lineOf(path), { ...fault, path });
    },
  );
  const all = [...textFaults.map((fault) => faultOf(source, fault.line, fault)), ...faults];
  return { roster, faults: all.toSorted((one, other) => one.line - other.line) };
}

type FormFault = Omit<Fault, 'about'>;

/**
 * The roster in its form, and what has another one. That is left out of it, so that the rest can be judged as well:
 * one run tells of everything.
 */
function readForm(value: unknown): { input: RosterInput; faults: readonly FormFault[] } {
  const faults: FormFault[] = [];
  let written = structuredClone(value);
  for (;;) {
    const result = rosterSchema.safeParse(written);
    if (result.success) return { input: result.data, faults };
    const found = result.error.issues.flatMap((issue) => faultsOf(issue, written));
    faults.push(...found.filter(({ path }) => !isToldOf(path, faults)));
    if (!isMap(written)) written = { accountId: nobody };
    for (const { path } of found) leaveOut(written, path);
  }
}

/** Stands in for an account that is missing or wrong, which has been told of. */
const nobody = '000000000000';

function isToldOf(path: Path, faults: readonly FormFault[]): boolean {
  return faults.some((fault) => isRelated(path, fault.path));
}

/** A fault that another one explains: of what was left out, or of what refers to it. */
function isConsequence({ path, about }: Fault, faults: readonly FormFault[]): boolean {
  return faults.some(
    (fault) => isWithin(path, fault.path) || (about !== null && isRelated(fault.path, about)),
  );
}

function isRelated(one: Path, other: Path): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function faultsOf(issue: z.core.$ZodIssue, written: unknown, base: Path = []): FormFault[] {
  const path = [...base, ...(issue.path as Path)];
  const { value } = findWritten(written, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const twin = twinOf(value, key);
      const rule =
        twin === null ? 'there is no such field' : `it is the same field as ${twin}: give one of them`;
      return { path: [...path, key], value: isMap(value) ? value[key] : undefined, rule };
    });
  }
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({ path, value, rule: message.replace(/^it /, 'its key ') }));
  // Of several forms the one that fits on the outside is the one that was meant.
  const meant = issue.code === 'invalid_union' ? issue.errors.find(fitsOutside) : undefined;
  return meant?.flatMap((inner) => faultsOf(inner, written, path)) ?? [{ path, value, rule: issue.message }];
}

function fitsOutside(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');
}

/** Takes the value away, with the list that it is in; what is missing takes along what cannot be without it. */
function leaveOut(written: unknown, path: Path): void {
  const { path: names, value } = findWritten(written, path);
  const parent = names.slice(0, -1);
  const { value: holder } = findWritten(written, parent);
  if (names.length === 1 && path[0] === 'accountId')
    (written as Record<string, unknown>)['accountId'] = nobody;
  if (isMap(holder) && value !== undefined) delete holder[names.at(-1)!];
  else if (parent.length > 0) leaveOut(written, parent);
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultOf(file: string, line: number, { path, value, rule }: FormFault): RosterFault {
  return { file, line, path: path.join('.'), value: mayBeSecret(path, value) ? '(not shown)' : value, rule };
}

/** A roster has no place for a secret; whoever writes one into it by mistake does not find it in a log as well. */
function mayBeSecret(path: Path, value: unknown): boolean {
  const isNamedSo =
    typeof value === 'string' && /secret|password|passphrase|token/i.test(String(path.at(-1)));
  return isNamedSo || /PRIVATE KEY|OPENSSH/.test(JSON.stringify(value) ?? '');
}

function sentenceOf({ file, line, path, value, rule }: RosterFault): string {
  const where = `${file}:${line}: `;
  if (path === '') return where + (value === undefined ? rule : `the roster is ${shown(value)}: ${rule}`);
  return (
    where + (value === undefined ? `${path} is missing: ${rule}` : `${path} is ${shown(value)}: ${rule}`)
  );
}

const mostShown = 200;

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > mostShown ? `${json.slice(0, mostShown)}…` : json;
}
