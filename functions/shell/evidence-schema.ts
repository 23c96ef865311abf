import { type DepartureRecord, type StepsNote, recordForm, stepsForm } from '../core/departure-record.js';
import { type Snapshot, snapshotForm } from '../core/snapshot.js';
import * as z from './schema.js';

/** What is filed of a departure, as JSON Schema; docs/evidence.schema.json is made of these. */

const text = z.string();
const texts = z.readonly(z.array(text));
const status = z.enum(['Active', 'Inactive', 'Expired']);
const nameOfUser = { name: text, id: text, arn: text, path: text, createdAt: text };

export const snapshotSchema: z.ZodMiniType<Snapshot> = z.object({
  form: z.literal(snapshotForm),
  departedAt: text,
  takenAt: text,
  user: z.object({ ...nameOfUser, tags: z.record(text, text), boundaryArn: z.nullable(text) }),
  policyArns: texts,
  groupNames: texts,
  inlinePolicies: z.record(text, text),
  hasLoginProfile: z.boolean(),
  keys: z.readonly(z.array(z.object({ id: text, status, createdAt: text }))),
  currentKeyId: z.nullable(text),
  credentials: z.readonly(
    z.array(z.object({ kind: z.enum(['service-credential', 'ssh-key', 'certificate']), id: text, status })),
  ),
  mfaSerialNumbers: texts,
  secretArns: texts,
});

const takenStep = z.object({ at: text, step: text, what: text });

export const stepsSchema: z.ZodMiniType<StepsNote> = z.object({
  form: z.literal(stepsForm),
  by: text,
  steps: z.readonly(z.array(takenStep)),
});

export const recordSchema: z.ZodMiniType<DepartureRecord> = z.object({
  form: z.literal(recordForm),
  user: z.object(nameOfUser),
  departedAt: text,
  found: z.readonly(
    z.array(
      z.object({
        kind: text,
        id: text,
        isFromBefore: z.boolean(),
        firstSeenAt: text,
        lastSeenAt: text,
        goneBy: z.nullable(text),
      }),
    ),
  ),
  removed: z.readonly(z.array(takenStep)),
  absentSince: text,
  absentAgainAt: text,
  lateActs: z.readonly(
    z.array(z.object({ service: text, action: text, resources: texts, firstAt: text, lastAt: text })),
  ),
  remains: z.readonly(z.array(z.object({ what: text, until: z.nullable(text) }))),
  evidence: z.readonly(z.array(z.object({ key: text, sha256: text }))),
  signedOff: z.object({ at: text, by: text, sha256: text }),
});

/** Evidence of another form than ours. */
export class InvalidEvidence extends Error {
  override readonly name = 'InvalidEvidence';
}

/** The text of an object in the form that a schema asks for. Throws InvalidEvidence, which names object, field and rule. */
export function parseEvidence<Form>(schema: z.core.$ZodType<Form>, json: string, key: string): Form {
  const result = z.safeParse(schema, parseJson(json));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InvalidEvidence(`${key}: ${issue!.path.join('.') || 'it'}: ${issue!.message}`, {
    cause: result.error,
  });
}

/** Text that is no JSON is left to the schema to refuse. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return json;
    throw error;
  }
}
