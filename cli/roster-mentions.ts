import path from 'node:path';
import { type UserName, sameName } from '../functions/core/names.js';
import type { Looked } from '../functions/core/review/looked.js';
import { tag } from '../functions/core/tags.js';
import { InvalidRoster } from '../functions/shell/read-roster.js';
import { readRosterFile, usualRoster } from './read-roster-file.js';
import { isThere } from './settings.js';

/** Where a roster names the user: as a user of its own, or as the owner of another. */
export async function findInRoster(
  cwd: string,
  { roster: named, name }: { readonly roster: string | null; readonly name: UserName },
  accountId: string,
): Promise<Looked<string>> {
  const file = named ?? usualRoster;
  if (named === null && !(await isThere(path.resolve(cwd, file)))) return { items: [], unread: [] };
  try {
    const roster = await readRosterFile(file, cwd);
    if (roster.accountId !== accountId)
      return { items: [], unread: [`${file}: it is of account ${roster.accountId}`] };
    const items = roster.users.flatMap((user) => {
      if (sameName(user.name, name)) return user.enabled ? [`${file} lists it`] : [];
      return sameName(user.tags[tag.owner] ?? '', name)
        ? [`${file} names it as the owner of ${user.name}`]
        : [];
    });
    return { items, unread: [] };
  } catch (error) {
    if (!(error instanceof InvalidRoster)) throw error;
    return { items: [], unread: [`${file}: it is not valid; iam-lifecycle validate says why`] };
  }
}
