import { observeCredentials, observeRotation, withLastUse } from '../../functions/aws/observe.js';
import { type KeyFacts, isManaged } from '../../functions/core/facts.js';
import { type Instant, formatInstant } from '../../functions/core/instants.js';
import { type UserName, keyIdOf, parseUserName } from '../../functions/core/names.js';
import { planRotation } from '../../functions/core/rotation.js';
import { tag } from '../../functions/core/tags.js';
import { type CliCommand, exitCode } from '../command.js';
import { count, formatAge, formatMinute, formatTable } from '../output.js';
import { scanAccount } from '../scan-account.js';
import type { Session } from '../session.js';
import { type StatusRow, statusData, statusRows, storeOf } from '../status-rows.js';
import { absent } from '../user-runs.js';

export const status: CliCommand = {
  usage: 'status [name]',
  summary: 'who is under management, how old the keys are, and what is due; or one user in detail',
  configure(command) {
    command.addHelpText(
      'after',
      '\nThe list takes a few calls whatever the number of users; ages come from the credential report, which\n' +
        'may be four hours old. A name shows that user as it is now, with each of its keys. It changes nothing.',
    );
  },
  async run(session, [name]) {
    await (name === undefined ? showAll(session) : showUser(session, parseUserName(name, 'NAME')));
    return exitCode.done;
  },
};

async function showAll(session: Session): Promise<void> {
  const scan = await scanAccount(session);
  const rows = statusRows(scan);
  session.print(rows.map(statusData), () =>
    rows.length === 0
      ? `No user under ${scan.settings.userPath} is under management.\n`
      : `${formatRows(rows, scan.now)}${count(rows.length, 'user')}\n`,
  );
}

function formatRows(rows: readonly StatusRow[], now: Instant): string {
  return formatTable(
    ['USER', 'ORIGIN', 'PHASE', 'KEY AGE', 'NEXT', 'WHEN', 'KEPT IN'],
    rows.map(({ userName, origin, phase, keyCreatedAt, next, store }) => [
      userName,
      origin ?? '-',
      phase,
      formatAge(keyCreatedAt, now),
      next.action,
      next.at === null ? '-' : next.at <= now ? 'now' : formatMinute(next.at),
      store ?? '-',
    ]),
  );
}

async function showUser(session: Session, name: UserName): Promise<void> {
  const { clients, clock } = await session.connect();
  const settings = await session.settings();
  const seen = await observeRotation(clients, name);
  if (!seen) throw absent(name);
  const { user } = seen;
  const { keys, secret } = await observeCredentials(clients, user);
  const used = await Promise.all(keys.map((key) => withLastUse(clients.iam, key)));
  const now = clock.now();
  const { at, why } = planRotation(seen, null, settings, now);
  const stages = Object.entries(secret?.stages ?? {}).map(([label, id]) => [label, keyIdOf(id) ?? id]);
  const stageOf = new Map(stages.map(([label, keyId]) => [keyId, label]));
  const data = {
    userName: user.name,
    userId: user.id,
    arn: user.arn,
    createdAt: formatInstant(user.createdAt),
    isManaged: isManaged(user, settings),
    origin: user.tags[tag.origin] ?? null,
    phase: at.phase,
    why,
    until: 'until' in at ? formatInstant(at.until) : null,
    offboardedAt: user.tags[tag.offboarded] ?? null,
    purgeAfter: user.tags[tag.purgeAfter] ?? null,
    boundaryArn: user.boundaryArn,
    keys: used.map((key) => ({ ...keyData(key), stage: stageOf.get(key.id) ?? null })),
    store: storeOf(user),
    tags: user.tags,
  };
  session.print(data, () => {
    const keyRows = used.map((key) => [
      key.id,
      key.status,
      formatAge(key.createdAt, now),
      lastUseOf(key, now),
      stageOf.get(key.id) ?? '-',
    ]);
    const lines = [
      ['User', `${user.name} (${user.id})`],
      ['ARN', user.arn],
      ['Created', formatMinute(user.createdAt)],
      ['Origin', data.origin ?? '-'],
      ['Phase', 'until' in at ? `${at.phase} until ${formatMinute(at.until)}` : at.phase],
      ['Why', why],
      ...(data.purgeAfter === null ? [] : [['Deleted from', data.purgeAfter]]),
      ['Boundary', user.boundaryArn ?? 'none'],
      ['Kept in', data.store ?? '-'],
    ];
    const width = Math.max(...lines.map(([label]) => label!.length));
    const head = lines.map(([label, value]) => `${label!.padEnd(width)}  ${value}\n`).join('');
    if (keyRows.length === 0) return `${head}\nIt has no access key.\n`;
    return `${head}\n${formatTable(['KEY', 'STATUS', 'AGE', 'LAST USED', 'LABEL'], keyRows)}`;
  });
}

function keyData({ id, status, createdAt, lastUse }: KeyFacts): object {
  return {
    id,
    status,
    createdAt: formatInstant(createdAt),
    lastUse:
      typeof lastUse === 'string'
        ? null
        : { at: formatInstant(lastUse.at), service: lastUse.service, region: lastUse.region },
  };
}

function lastUseOf({ lastUse }: KeyFacts, now: Instant): string {
  return typeof lastUse === 'string'
    ? lastUse
    : `${formatAge(lastUse.at, now)} ago by ${lastUse.service} in ${lastUse.region}`;
}
