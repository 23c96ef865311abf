import { userNameRule } from '../names.js';
import type { RosterStep } from './roster-steps.js';
import {
  type Shape,
  asObject,
  count,
  flag,
  listOf,
  mapOf,
  nullable,
  object,
  oneOf,
  someObject,
  text,
} from './shape.js';

/** The shape of a plan as planRoster makes it: a step that it never plans is refused, whoever wrote it down. */

const userName = text(userNameRule.says, userNameRule.pattern);
const name = text('a name of 1 to 128 letters, digits or any of + = , . @ - _', /^[\w+=,.@-]{1,128}$/);
const path = text('a path that begins and ends with a slash', /^\/([!-~]{1,510}\/)?$/);
const policyArn = text('the ARN of a managed policy', /^arn:aws(-[a-z]+)*:iam::(aws|\d{12}):policy\/[!-~]+$/);
const user = object({ name: userName, id: text('a unique id, or nothing', /^\w{0,128}$/) });
/** Nothing that a terminal takes for a command. */
const line = text('a text without control characters', /^\P{Cc}*$/u);
const tags = mapOf(line);

const policy = object({
  name,
  path,
  arn: policyArn,
  description: text(),
  document: object({ Version: oneOf('2012-10-17'), Statement: listOf(someObject) }),
});

const login = object({ passwordLength: count, passwordResetRequired: flag, pgpKey: nullable(text()) });

const passwordPolicy = object({
  minimumPasswordLength: count,
  requireLowercaseCharacters: flag,
  requireUppercaseCharacters: flag,
  requireNumbers: flag,
  requireSymbols: flag,
  allowUsersToChangePassword: flag,
  hardExpiry: flag,
  maxPasswordAge: count,
  passwordReusePrevention: count,
});

/** The fields of each step beside its name. */
const steps = {
  CreateUser: { name: userName, path, tags, boundaryArn: policyArn },
  AttachPolicy: { user, policyArn },
  DetachPolicy: { user, policyArn },
  DeleteInlinePolicy: { user, policyName: name },
  JoinGroup: { user, groupName: name },
  LeaveGroup: { user, groupName: name },
  SetBoundary: { user, boundaryArn: policyArn },
  TagUser: { user, tags },
  UntagUser: { user, tagKeys: listOf(line) },
  EnsureKey: { user },
  Offboard: { user, quarantineMs: nullable(count), reason: line },
  CreatePolicy: { policy },
  UpdatePolicy: { policy, pruneVersionId: nullable(text('a version id such as v3', /^v\d+(\.[\w-]+)?$/)) },
  CreateGroup: { groupName: name, path },
  AttachGroupPolicy: { groupName: name, policyArn },
  DetachGroupPolicy: { groupName: name, policyArn },
  PutInlinePolicy: { user, policyName: name, document: text() },
  CreateLogin: { user, login },
  UploadSshKey: { user, body: text() },
  DeleteCredential: {
    user,
    kind: oneOf('ssh-key'),
    credentialId: text('the id of an SSH public key', /^\w{1,128}$/),
  },
  SetPasswordPolicy: { policy: passwordPolicy },
} as const satisfies Partial<Record<RosterStep['step'], Readonly<Record<string, Shape>>>>;

const step: Shape = (value, field) => {
  const kind = asObject(value, field)['step'];
  oneOf(...Object.keys(steps))(kind, `${field}.step`);
  object({ step: text(), ...steps[kind as keyof typeof steps] })(value, field);
};

const subject = object({
  kind: oneOf('user', 'group', 'policy', 'passwordPolicy'),
  name: text('a name', /^[\w+=,.@*-]{1,128}$/),
});

const change = object({
  action: oneOf('create', 'update', 'delete'),
  subject,
  steps: listOf(step),
  reasons: listOf(line),
});

const finding = object({
  kind: oneOf('Conflict', 'NotPermitted', 'Offboarding', 'Unmanaged', 'BlastBrake'),
  subject,
  why: line,
});

export const planShape = object({
  accountId: text('12 digits', /^\d{12}$/),
  changes: listOf(change),
  findings: listOf(finding),
});
