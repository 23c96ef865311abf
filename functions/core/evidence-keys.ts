import type { UserName } from './names.js';

/**
 * Where the evidence of departures is filed: users/<name>/<unique id>/<departed at>/<file>. A person finds it by the name,
 * a namesake has a folder of its own, and so has each departure of one user. Every object is written once.
 */
export interface DepartureFolder {
  /** In any case: IAM does not tell names apart by it. */
  readonly userName: UserName;
  readonly userId: string;
  /** ISO 8601. */
  readonly departedAt: string;
}

const root = 'users/';

/** Everything that is kept of all who ever had the name. */
export function evidencePrefixOf(userName: UserName): string {
  return `${root}${segmentOf(userName)}/`;
}

export function evidenceKeyOf({ userName, userId, departedAt }: DepartureFolder, file: string): string {
  return `${evidencePrefixOf(userName)}${userId}/${departedAt}/${file}`;
}

/** Names are legal in a key as they are, but for those that a path would take for another folder. */
function segmentOf(userName: UserName): string {
  const name = userName.toLowerCase();
  return name === '.' || name === '..' ? name.replaceAll('.', '%2e') : name;
}

export const snapshotFile = 'snapshot.json';
export const recordFile = 'record.json';

/** What a run found before it destroyed anything. `runId` may hold what a key may not. */
export function foundFile(at: string, runId: string): string {
  return `runs/${at}-${plain(runId)}-found.json`;
}

/** What a run did. */
export function stepsFile(at: string, runId: string): string {
  return `runs/${at}-${plain(runId)}-steps.json`;
}

function plain(runId: string): string {
  return runId.replaceAll(/[^\w-]/g, '-');
}

/** One departure and the keys of all that is kept of it, in the order of their names. */
export interface FiledDeparture {
  readonly userId: string;
  readonly departedAt: string;
  readonly snapshotKey: string | null;
  readonly recordKey: string | null;
  readonly foundKeys: readonly string[];
  readonly stepsKeys: readonly string[];
}

const keyPattern = /^users\/[^/]+\/([^/]+)\/([^/]+)\/(.+)$/;

/** The departures that these keys tell of, the latest first. Keys that are not ours tell of none. */
export function filedDepartures(keys: readonly string[]): FiledDeparture[] {
  const filed = keys.toSorted().flatMap((key) => {
    const [, userId, departedAt, file] = keyPattern.exec(key) ?? [];
    return file === undefined ? [] : [{ key, userId: userId!, departedAt: departedAt!, file }];
  });
  const folders = [...new Map(filed.map((one) => [`${one.departedAt} ${one.userId}`, one]))];
  return folders
    .toSorted(([one], [other]) => (one < other ? 1 : -1))
    .map(([, { userId, departedAt }]) => {
      const own = filed.filter((one) => one.userId === userId && one.departedAt === departedAt);
      const keysOf = (isMeant: (file: string) => boolean) =>
        own.filter(({ file }) => isMeant(file)).map(({ key }) => key);
      return {
        userId,
        departedAt,
        snapshotKey: keysOf((file) => file === snapshotFile)[0] ?? null,
        recordKey: keysOf((file) => file === recordFile)[0] ?? null,
        foundKeys: keysOf((file) => /^runs\/.*-found\.json$/.test(file)),
        stepsKeys: keysOf((file) => /^runs\/.*-steps\.json$/.test(file)),
      };
    });
}
