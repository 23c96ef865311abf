import { access } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Territory } from '../functions/core/facts.js';
import { parseDuration } from '../functions/core/instants.js';
import { parseRoleArn } from '../functions/core/names.js';
import { revocationPolicyName } from '../functions/core/revocation/policy-name.js';
import type { Windows } from '../functions/core/windows.js';
import type { ListedRole } from '../functions/shell/env.js';
import { type Settings, parseConfig } from '../infra/config.js';
import { loadConfig } from '../infra/load-config.js';
import { boundaryName } from '../infra/names.js';
import { CommandFailure } from './failure.js';

/** The rules of the deployment, which an operator's own runs follow too. */
export interface LifecycleSettings extends Territory {
  readonly boundaryArn: string;
  readonly windows: Windows;
  /** Whose sessions end when a user leaves; none where the configuration says so of no role. */
  readonly listedRoles: readonly ListedRole[];
  /** Null: the account's own key for Secrets Manager. */
  readonly kmsKeyId: string | null;
  readonly afterLeak: 'restore' | 'hold';
}

const usualFiles = ['lifecycle.config.ts', 'lifecycle.config.json'];

/**
 * Reads the file, or the usual one where there is one; without any, everything is as by default. Throws InvalidConfig,
 * and CommandFailure for the settings of another account.
 */
export async function readSettings(
  file: string | undefined,
  cwd: string,
  accountId: string,
): Promise<LifecycleSettings> {
  const found = file === undefined ? await findUsual(cwd) : path.resolve(cwd, file);
  const settings = found === null ? parseConfig({ roles: {} }) : await load(found);
  if (settings.account !== undefined && settings.account !== accountId) {
    throw new CommandFailure(
      `${path.basename(found!)} is for account ${settings.account}, and these credentials are of ${accountId}`,
      'Take the credentials or the configuration of the other one.',
    );
  }
  return {
    userPath: settings.userPath,
    adoptedArns: settings.adopted,
    boundaryArn: settings.boundaryArn ?? `arn:aws:iam::${accountId}:policy/${boundaryName}`,
    windows: windowsOf(settings.windows),
    listedRoles: listedRoles(settings, accountId),
    kmsKeyId: settings.kmsKeyArn ?? null,
    afterLeak: settings.leaks.after,
  };
}

function listedRoles({ roles, revokeSessions }: Settings, accountId: string): ListedRole[] {
  return Object.entries(revokeSessions).map(([key, unpinned]) => ({
    roleArn: parseRoleArn(roles[key]!, `roles.${key}`),
    policyArn: `arn:aws:iam::${accountId}:policy/${revocationPolicyName(key)}`,
    unpinned,
  }));
}

function windowsOf(windows: Settings['windows']): Windows {
  return {
    rotateAfterMs: parseDuration(windows.rotateAfter),
    overlapMs: parseDuration(windows.overlap),
    quietMs: parseDuration(windows.quiet),
    maxOverlapMs: parseDuration(windows.maxOverlap),
    afterMaxOverlap: windows.afterMaxOverlap,
    quarantineMs: parseDuration(windows.keyQuarantine),
    pendingLimitMs: parseDuration(windows.pendingLimit),
    settleMs: parseDuration(windows.settle),
    offboardQuarantineMs: parseDuration(windows.offboardQuarantine),
  };
}

async function findUsual(cwd: string): Promise<string | null> {
  for (const name of usualFiles) {
    const file = path.join(cwd, name);
    if (await isThere(file)) return file;
  }
  return null;
}

/** Is there such a file? */
export async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function load(file: string): Promise<Settings> {
  if (!(await isThere(file))) throw new CommandFailure(`there is no configuration ${file}`);
  try {
    return await loadConfig(file);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    return loadTypeScript(file);
  }
}

/** Node before 22.18 takes no TypeScript by itself. */
async function loadTypeScript(file: string): Promise<Settings> {
  const { tsImport } = await import('tsx/esm/api');
  const module = (await tsImport(pathToFileURL(file).href, import.meta.url)) as { default?: unknown };
  return parseConfig(module.default, path.basename(file));
}
