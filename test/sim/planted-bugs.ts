import { plantedInLeaving } from './planted-bugs-leaving.js';
import type { Patch } from './simulator.js';

/**
 * How public rotators lose keys, as patches to our own sources: each takes out one thing that keeps us from it. The
 * simulator must find every one. A patch whose text is no longer there fails the test: it guards nothing any more.
 */
export interface PlantedBug extends Patch {
  readonly name: string;
  /** The invariants of which one must be reported broken. */
  readonly breaks: RegExp;
  /** How the simulator is asked. */
  readonly sim: string;
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'two keys seen: the oldest is deleted, then a key is created and stored (Vault static roles)',
    file: 'functions/core/rotation.ts',
    find: '    whenStranded(seen, cast, windows, now) ??\n',
    replace: `    (seen.keys.length === 2 && cast.old.length === 0
      ? rest({ phase: 'Unkeyed' }, 'planted', [
          { step: 'DeleteKey', user: targetOf(seen.user), keyId: seen.keys.toSorted((a, b) => a.createdAt - b.createdAt)[0]!.id },
        ])
      : null) ??
`,
    breaks: /R1|R4/,
    sim: '--seeds 400 --first --only rotate',
  },
  {
    name: 'the old key is deleted before the new one is created',
    file: 'functions/core/rotation.ts',
    find: '  const parameters = parametersOf(seen);\n  return [\n',
    replace:
      "  const parameters = parametersOf(seen);\n  const old = keyAtStage(secret, stage.current);\n  if (old) return [{ step: 'DeleteKey', user: targetOf(user), keyId: old }];\n  return [\n",
    breaks: /R1|R4/,
    sim: '--scenario rotate',
  },
  {
    name: 'a new key is stored as current at once, without a stage of its own',
    file: 'functions/aws/secret-store.ts',
    find: 'await put(clients, secretArn, key, settings, stage.pending);',
    replace: 'await put(clients, secretArn, key, settings, stage.current);',
    breaks: /R1/,
    sim: '--seeds 400 --first --only rotate',
  },
  {
    name: 'the test of a stored key is skipped',
    file: 'functions/aws/apply.ts',
    find: '  await putPending(clients, step.secretArn, key, secrets);\n  await verifyKey(clients, clock, key, giveUpAt);\n',
    replace: '  await putPending(clients, step.secretArn, key, secrets);\n',
    breaks: /R1/,
    sim: '--seeds 400 --first --only rotate',
  },
  {
    name: 'a failed read of the last use is taken for "never used"',
    file: 'functions/aws/observe.ts',
    find: '  const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.id }));\n',
    replace:
      "  const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.id })).catch(() => null);\n  if (!answer) return { ...key, lastUse: 'never' };\n",
    breaks: /R2/,
    sim: '--seeds 400 --first --only slowClient',
  },
  {
    name: 'the old key is deactivated by age alone, though a client uses it',
    file: 'functions/core/retirement.ts',
    find: '  if (now >= quietAt) {',
    replace: '  if (now >= until) {',
    breaks: /R2/,
    sim: '--scenario slowClient',
  },
  {
    name: 'what is inactive already is deactivated again at every look',
    file: 'functions/core/retirement.ts',
    find: '  if (deactivatedAt === null && windows.quarantineMs > 0) {',
    replace:
      '  if (windows.quarantineMs > 0 && now < (deactivatedAt ?? now) + windows.quarantineMs && deactivatedAt !== now) {',
    breaks: /C1|rest after/,
    sim: '--seeds 400 --first --only rotate',
  },
  {
    name: 'a listing of keys stops at its first page',
    file: 'functions/aws/reading.ts',
    find: '  for await (const page of pages) all.push(...(items(page) ?? []));\n',
    replace: '  for await (const page of pages) {\n    all.push(...(items(page) ?? []));\n    break;\n  }\n',
    breaks: /./,
    sim: '--seeds 400 --first',
  },
  {
    name: 'an exemption that cannot be read exempts for ever',
    file: 'functions/core/rotation.ts',
    find: '  if (until === null)\n    return blocked(',
    replace:
      "  if (until === null)\n    return rest({ phase: 'Exempt', until: Infinity }, 'planted');\n  if (until === null) return blocked(",
    breaks: /R6/,
    sim: '--scenario exemption',
  },
  {
    name: 'the queue drops a user whose run failed',
    file: 'functions/shell/queue-function.ts',
    find: '          reportFailure(error, record, deps);\n          throw error;\n',
    replace: '          reportFailure(error, record, deps);\n',
    breaks: /goal|L1/,
    sim: '--scenario offboard --faults 0:fail',
  },
  {
    name: 'key id and secret come from two places and are torn',
    file: 'functions/aws/secret-store.ts',
    find: '    accessKeyId: key.id,\n    secretAccessKey: key.secret.reveal(),\n',
    replace: "    accessKeyId: key.id.slice(0, -1) + 'X',\n    secretAccessKey: key.secret.reveal(),\n",
    breaks: /torn/,
    sim: '--scenario onboard',
  },
  {
    name: 'whoever fails after the store rolls the key back, though it may be current already',
    file: 'functions/aws/apply.ts',
    find: "    case 'PromoteKey':\n      await promote(clients, step.secretArn, step.keyId, step.fromVersionId);\n",
    replace:
      "    case 'PromoteKey':\n      await promote(clients, step.secretArn, step.keyId, step.fromVersionId).catch((error: unknown) =>\n        deleteKey(clients, step.user, step.keyId).then(() => Promise.reject(error as Error)),\n      );\n",
    breaks: /R1|R4/,
    sim: '--seeds 400 --first --only rotate',
  },
  {
    name: 'CreateAccessKey is tried again after a time-out',
    file: 'functions/aws/apply.ts',
    find: '  const { AccessKey } = await clients.iamMint.send(new CreateAccessKeyCommand({ UserName: user.name }));\n',
    replace:
      '  const create = () => clients.iamMint.send(new CreateAccessKeyCommand({ UserName: user.name }));\n  const { AccessKey } = await create().catch(create);\n',
    breaks: /S2|S3|L1/,
    sim: '--seeds 400 --first --only onboard',
  },
  {
    name: 'nobody asks for the lease',
    file: 'functions/shell/lease.ts',
    find: '  if (!(await acquireLease(clients.dynamodb, env.LEASE_TABLE, lease))) throw new LeaseHeld(userName);\n',
    replace: '  await acquireLease(clients.dynamodb, env.LEASE_TABLE, lease);\n',
    breaks: /S2|S3|R1|R4|L1/,
    sim: '--seeds 400 --first --only onboard',
  },
  {
    name: 'a late event hits a namesake',
    file: 'functions/core/offboarding.ts',
    find: '  return request.kind !== ',
    replace: '  if (request.userId === null) return false;\n  return request.kind !== ',
    breaks: /goal/,
    sim: '--scenario rehire',
  },
  {
    name: 'the secret is written to the log',
    file: 'functions/aws/verify.ts',
    find: '      if (!arn.endsWith(`/${key.userName}`)) throw',
    replace:
      '      if (successes === 1) throw new Error(`planted: ${key.secret.reveal()}`);\n      if (!arn.endsWith(`/${key.userName}`)) throw',
    breaks: /S4/,
    sim: '--scenario onboard',
  },
  {
    name: 'the deny is detached before the keys are gone',
    file: 'functions/core/leaving.ts',
    find: '    ...seen.policyArns.filter((policyArn) => policyArn !== denyAllPolicyArn).map(detach),\n',
    replace: '    ...seen.policyArns.map(detach),\n',
    breaks: /F1/,
    sim: '--scenario offboard',
  },
  {
    name: "a leaver's SSH key stays Active through the quarantine",
    file: 'functions/core/leaving.ts',
    find: "  for (const { kind, id } of seen.credentials.filter(({ status }) => status === 'Active')) {\n",
    replace:
      "  for (const { kind, id } of seen.credentials.filter(({ kind, status }) => status === 'Active' && kind !== 'ssh-key')) {\n",
    breaks: /F1/,
    sim: '--scenario offboard',
  },
  {
    name: 'MFA is taken away with the containment, though the user may come back',
    file: 'functions/core/leaving.ts',
    find: "  if (seen.hasLoginProfile) steps.push({ step: 'DeleteLoginProfile', user });\n",
    replace:
      "  for (const serialNumber of seen.mfaSerialNumbers) steps.push({ step: 'DeactivateMfaDevice', user, serialNumber });\n  if (seen.hasLoginProfile) steps.push({ step: 'DeleteLoginProfile', user });\n",
    breaks: /F1/,
    sim: '--scenario offboard',
  },
  {
    name: 'MFA is left behind, so that the user is never purged',
    file: 'functions/core/leaving.ts',
    find: '    ...seen.mfaSerialNumbers.map(',
    replace: '    ...seen.mfaSerialNumbers.slice(0, 0).map(',
    breaks: /goal|L1/,
    sim: '--scenario offboard',
  },
  {
    name: 'the replicas of a secret are left where they are, so that it cannot be deleted',
    file: 'functions/core/leaving.ts',
    find: "  return [...replicas, { step: 'DeleteSecret', user, secretArn }];\n",
    replace: "  return [...replicas.slice(0, 0), { step: 'DeleteSecret', user, secretArn }];\n",
    breaks: /goal|L1/,
    sim: '--scenario offboard',
  },
  {
    name: 'nobody finishes the removal of a virtual MFA device that was cut off',
    file: 'functions/aws/observe-offboarding.ts',
    find: '...readIdsTag(tags, tag.mfaRemoval), ...enabled',
    replace: '...readIdsTag(tags, tag.mfaRemoval).slice(0, 0), ...enabled',
    breaks: /goal/,
    sim: '--scenario offboard --callers offboard --faults DeactivateMFADevice#2:crash-after',
  },
  {
    name: 'a return makes Active what was Inactive before the departure',
    file: 'functions/core/leaving.ts',
    find: "    if (status === 'Inactive' && recorded.includes(id))\n",
    replace: "    if (status === 'Inactive' && (recorded.includes(id) || true))\n",
    breaks: /goal/,
    sim: '--scenario restore',
  },
  {
    name: 'a snapshot is written over by a later look, which finds less',
    file: 'functions/aws/evidence-store.ts',
    find: "    IfNoneMatch: '*',\n",
    replace: '',
    breaks: /E2/,
    sim: '--seeds 400 --first --only offboard',
  },
  {
    name: 'a purge begins though nothing says what was there',
    file: 'functions/shell/evidence.ts',
    find: "    if (phase === 'Purging') {\n",
    replace: "    if (phase === 'Purging') return;\n    if (phase === 'Quarantined') {\n",
    breaks: /E1/,
    sim: '--scenario intrusion',
  },
  {
    name: 'nobody looks at what the leaver still did',
    file: 'functions/aws/observe-late-acts.ts',
    find: 'from: lateFrom(departedAt)',
    replace: 'from: lateFrom(clock.now())',
    breaks: /goal/,
    sim: '--scenario intrusion',
  },
  {
    name: 'nobody signs off a departure',
    file: 'functions/shell/converge-offboarding.ts',
    find: "if (at.phase === 'Gone') return signOff",
    replace: "if (at.phase === 'Employed') return signOff",
    breaks: /E2/,
    sim: '--scenario departure',
  },
  {
    name: 'what the leaver made while its loss of power spread is taken for a credential of before',
    file: 'functions/core/leaving.ts',
    find: "  for (const { kind, id } of seen.credentials.filter(({ status }) => status === 'Active')) {\n",
    replace:
      "  const before = readIdsTag(facts.tags, tag.deactivatedCredentials);\n  for (const { kind, id } of seen.credentials.filter(({ id: one, status }) => status === 'Active' && before.includes(one))) {\n",
    breaks: /F1|F2/,
    sim: '--scenario intrusion',
  },
  {
    name: 'a key is minted after the tombstone',
    file: 'functions/core/rotation.ts',
    find: '  if (offboardedAt !== undefined) {',
    replace: '  if (offboardedAt === "never") {',
    breaks: /S2|F1|F2|L1|goal|R1/,
    sim: '--seeds 400 --first --only departure',
  },
  {
    name: 'the parts of a key go to SSM before the pair',
    file: 'functions/aws/parameter-store.ts',
    find: '  await put(clients, credentials, new Redacted(secretValue(key, settings)), description, target);\n  await putParts(clients, key, target);\n',
    replace:
      '  await putParts(clients, key, target);\n  await put(clients, credentials, new Redacted(secretValue(key, settings)), description, target);\n',
    breaks: /L1|R1/,
    sim: '--scenario parameters --faults PutParameter#4:timeout-unapplied',
  },
  {
    name: 'parts that were cut off are never mended',
    file: 'functions/core/rotation.ts',
    find: '  if (!seen.secret?.isTorn || !current || parameters === null) return null;\n',
    replace: '  if (!seen.secret?.isTorn || !current || parameters === null || seen) return null;\n',
    breaks: /L1/,
    sim: '--scenario parameters --faults PutParameter#2:crash-after',
  },
  {
    name: 'a listing of parameters stops at its first page',
    file: 'functions/aws/parameter-store.ts',
    find: '  return toParameterFacts(await collect(pages, (page) => page.Parameters), userName, wish);\n',
    replace:
      '  for await (const page of pages) return toParameterFacts(page.Parameters ?? [], userName, wish);\n  return null;\n',
    breaks: /R1|R4/,
    sim: '--seeds 400 --first --only parameters',
  },
  ...plantedInLeaving,
];
