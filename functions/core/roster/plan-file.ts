import { InvalidValue } from '../invalid-value.js';
import { type Instant, formatInstant, readInstant } from '../instants.js';
import { planShape } from './plan-shape.js';
import type { RosterFacts } from './roster-facts.js';
import type { RosterPlan } from './roster-steps.js';
import type { Roster } from './roster.js';
import { canonicalText } from './same-document.js';
import { object, oneOf, text } from './shape.js';
import { subjectText } from './what-moved.js';

const formatVersion = 1;

/** Hashes of what a plan was made from: equal ones mean that nothing has moved. */
export interface PlanBasis {
  readonly roster: string;
  readonly facts: string;
}

/** A plan as it is kept in a file, between `plan` and `apply`. It holds no secret. */
export interface PlanFile {
  readonly createdAt: Instant;
  readonly basis: PlanBasis;
  readonly plan: RosterPlan;
}

/** `hash` turns a text into a short one that is its own, such as its SHA-256 in hexadecimal. */
export function basisOf(roster: Roster, seen: RosterFacts, hash: (text: string) => string): PlanBasis {
  return { roster: hash(canonicalText(roster)), facts: hash(canonicalText(seen, sorted)) };
}

/** No list of the facts means anything by its order that the plan would not tell apart. */
function sorted(list: readonly unknown[]): readonly unknown[] {
  const texts = list.map((element) => [canonicalText(element, sorted), element] as const);
  return texts.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, element]) => element);
}

export function formatPlan({ createdAt, basis, plan }: PlanFile): string {
  const file = { formatVersion, createdAt: formatInstant(createdAt), basis, plan };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const hashText = text('a hash of 1 to 128 letters or digits', /^[\w+/=-]{1,128}$/);

const fileShape = object({
  formatVersion: oneOf(formatVersion),
  createdAt: text('an instant in ISO 8601, UTC', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  basis: object({ roster: hashText, facts: hashText }),
  plan: planShape,
});

/** Reads what formatPlan wrote, and nothing else: throws InvalidValue. `field` is what the text is called in errors. */
export function parsePlan(text: string, field: string): PlanFile {
  const value = parseJson(text, field);
  fileShape(value, field);
  const file = value as { createdAt: string; basis: PlanBasis; plan: RosterPlan };
  const createdAt = readInstant(file.createdAt);
  if (createdAt === null)
    throw new InvalidValue(`${field}.createdAt`, file.createdAt, 'an instant in ISO 8601');
  const subjects = new Set<string>();
  for (const [index, change] of file.plan.changes.entries()) {
    const where = `${field}.plan.changes[${index}]`;
    const subject = subjectText(change.subject);
    if (subjects.has(subject)) throw new InvalidValue(where, subject, 'the only change of its subject');
    subjects.add(subject);
    mustBeWhole(change, where);
  }
  return { createdAt, basis: file.basis, plan: file.plan };
}

function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const rule = `a plan in JSON, as \`plan --out\` writes it (${String(error)})`;
    throw new InvalidValue(field, text.slice(0, 40), rule);
  }
}

/** A change has a reason for each step, and every step is about its subject. */
function mustBeWhole({ subject, steps, reasons }: RosterPlan['changes'][number], field: string): void {
  if (steps.length === 0 || steps.length !== reasons.length) {
    const found = `${steps.length} steps, ${reasons.length} reasons`;
    throw new InvalidValue(field, found, 'as many reasons as steps, and one at least');
  }
  for (const [index, step] of steps.entries()) {
    const name =
      'user' in step
        ? step.user.name
        : 'groupName' in step
          ? step.groupName
          : 'name' in step
            ? step.name
            : step.step === 'SetPasswordPolicy'
              ? subject.name
              : step.policy.name;
    if (name !== subject.name)
      throw new InvalidValue(`${field}.steps[${index}]`, name, `about ${subject.name}, as its change is`);
  }
}
