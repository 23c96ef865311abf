import {
  EntityType,
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type GetCredentialReportCommandOutput,
  type IAMClient,
  type UserDetail,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { type SecretsManagerClient, paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Instant, secondMs } from '../core/instants.js';
import { parameterNamesOf, readKeyWish } from '../core/key-wish.js';
import { secretPrefix, userNameOfSecret } from '../core/names.js';
import type { AccountFacts, CredentialRow, ScannedSecret, ScannedUser } from '../core/scan.js';
import type { Clients } from './clients.js';
import type { Clock } from './clock.js';
import { isReportInProgress, isReportMissing } from './errors.js';
import { toStages, toUserFacts } from './observe.js';
import { listParameters, toParameterFacts } from './parameter-store.js';

const usersPerPage = 1000;
const secretsPerPage = 100;
const reportPollMs = 2 * secondMs;
const reportPolls = 60;

/** The whole account in O(users / 1000 + secrets / 100 + parameters / 50) calls. A page that fails fails it all. */
export async function observeAccount(
  clients: Pick<Clients, 'iam' | 'secretsManager' | 'ssm'>,
  clock: Clock,
): Promise<AccountFacts> {
  const [users, report, secrets] = await Promise.all([
    observeUsers(clients.iam),
    observeReport(clients.iam, clock),
    observeSecrets(clients.secretsManager),
  ]);
  return { users, report, secrets: [...secrets, ...(await observeStores(clients.ssm, users))] };
}

/** The parameters of those users whose tags say that their key is kept in SSM. No call where there are none. */
async function observeStores(ssm: SSMClient, users: readonly ScannedUser[]): Promise<ScannedSecret[]> {
  const kept = users.flatMap(({ user }) => {
    const wish = readKeyWish(user.tags);
    return wish?.store === 'ssm' ? [{ userName: user.name, wish }] : [];
  });
  const basePaths = kept.map(({ wish }) => wish.basePath);
  const parameters = new Map((await listParameters(ssm, basePaths)).map((seen) => [seen.Name!, seen]));
  return kept.flatMap(({ userName, wish }) => {
    const own = parameterNamesOf(userName, wish).flatMap((name) => parameters.get(name) ?? []);
    const facts = toParameterFacts(own, userName, wish);
    return facts === null ? [] : [{ ...facts, userName }];
  });
}

async function observeUsers(iam: IAMClient): Promise<ScannedUser[]> {
  const users: ScannedUser[] = [];
  const pages = paginateGetAccountAuthorizationDetails(
    { client: iam, pageSize: usersPerPage },
    { Filter: [EntityType.User] },
  );
  for await (const page of pages) users.push(...(page.UserDetailList ?? []).map(toScannedUser));
  return users;
}

/** One page of the account's users, and where the next one starts. */
export async function observeUserPage(
  iam: IAMClient,
  limit: number,
  marker: string | undefined,
): Promise<{ users: ScannedUser[]; next: string | undefined }> {
  const pages = paginateGetAccountAuthorizationDetails(
    { client: iam, pageSize: limit, ...(marker === undefined ? {} : { startingToken: marker }) },
    { Filter: [EntityType.User] },
  );
  for await (const page of pages) {
    return {
      users: (page.UserDetailList ?? []).map(toScannedUser),
      next: page.IsTruncated ? page.Marker : undefined,
    };
  }
  return { users: [], next: undefined };
}

function toScannedUser(detail: UserDetail): ScannedUser {
  return {
    user: toUserFacts(detail),
    policyArns: (detail.AttachedManagedPolicies ?? []).map((policy) => policy.PolicyArn!),
  };
}

/** The secrets named as ours are, those that await their deletion among them; without values. */
export async function observeSecrets(client: SecretsManagerClient): Promise<ScannedSecret[]> {
  const secrets: ScannedSecret[] = [];
  const pages = paginateListSecrets(
    { client, pageSize: secretsPerPage },
    { Filters: [{ Key: 'name', Values: [secretPrefix] }], IncludePlannedDeletion: true },
  );
  for await (const page of pages) {
    for (const entry of page.SecretList ?? []) {
      const userName = userNameOfSecret(entry.Name!);
      if (userName === null) continue;
      secrets.push({
        userName,
        arn: entry.ARN!,
        stages: toStages(entry.SecretVersionsToStages),
        deletedAt: entry.DeletedDate?.getTime() ?? null,
        changedAt: (entry.LastChangedDate ?? entry.CreatedDate!).getTime(),
      });
    }
  }
  return secrets;
}

async function observeReport(iam: IAMClient, clock: Clock): Promise<AccountFacts['report']> {
  const { generatedAt, csv } = await fetchReport(iam, clock);
  return { generatedAt, rows: parseReport(csv) };
}

/** The credential report: made on request, at most every four hours, and not at once. */
export async function fetchReport(
  iam: IAMClient,
  clock: Clock,
): Promise<{ generatedAt: Instant; csv: string }> {
  for (let poll = 0; poll < reportPolls; poll += 1) {
    try {
      const { State } = await iam.send(new GenerateCredentialReportCommand({}));
      if (State === 'COMPLETE') return readReport(await iam.send(new GetCredentialReportCommand({})));
    } catch (error) {
      if (!isReportMissing(error) && !isReportInProgress(error)) throw error;
    }
    await clock.sleep(reportPollMs);
  }
  throw new Error(`the credential report was not ready after ${(reportPolls * reportPollMs) / secondMs} s`);
}

function readReport(answer: GetCredentialReportCommandOutput): { generatedAt: Instant; csv: string } {
  return {
    generatedAt: answer.GeneratedTime!.getTime(),
    csv: Buffer.from(answer.Content!).toString('utf8'),
  };
}

export function parseReport(csv: string): CredentialRow[] {
  return reportLines(csv).map(({ userArn, column }) => {
    const slots = [1, 2].filter((slot) => column(`access_key_${slot}_active`).toLowerCase() === 'true');
    const madeAt = slots
      .map((slot) => Date.parse(column(`access_key_${slot}_last_rotated`)))
      .filter((at) => !Number.isNaN(at));
    return {
      userArn,
      activeKeys: slots.length,
      oldestKeyAt: madeAt.length === 0 ? null : Math.min(...madeAt),
    };
  });
}

/** The ARNs of the users that a report says this of: password_enabled, mfa_active. */
export function usersMarked(csv: string, mark: 'password_enabled' | 'mfa_active'): string[] {
  return reportLines(csv).flatMap(({ userArn, column }) =>
    column(mark).toLowerCase() === 'true' ? [userArn] : [],
  );
}

/**
 * The lines of a report. A user name may hold a comma and is not quoted everywhere, so columns are counted from the
 * right, where nothing holds one, and the user is known by its ARN. No value can hold a quotation mark or a line break.
 */
function reportLines(csv: string): { userArn: string; column: (name: string) => string }[] {
  const [header = [], ...lines] = csv
    .replaceAll('"', '')
    .split(/\r?\n/)
    .flatMap((line) => (line === '' ? [] : [line.split(',')]));
  return lines.map((line) => ({
    userArn: arnOf(line),
    column: (name) => line[line.length - (header.length - header.indexOf(name))] ?? '',
  }));
}

/** The ARN, put together again where a comma in the name has cut it: it ends where the creation date begins. */
function arnOf(line: readonly string[]): string {
  const start = line.findIndex((cell) => cell.startsWith('arn:'));
  const end = line.findIndex((cell, index) => index > start && /^\d{4}-\d\d-\d\dT/.test(cell));
  return line.slice(start, end).join(',');
}
