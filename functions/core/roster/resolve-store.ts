import { type KeyWish, normaliseBasePath } from '../key-wish.js';
import type { Path } from './faults.js';
import type { ResolveContext, UserPlace } from './resolve-context.js';
import type { StoreInput, UserInput } from './roster-input.js';

type StoreFields = Exclude<StoreInput, string>;

/** The key that a user is to have, and where it is kept; null where it is to have none. */
export function resolveKey(
  user: UserInput,
  { kind, path }: UserPlace,
  context: ResolveContext,
): KeyWish | null {
  const own = resolveOwnStore(user, path, context);
  if (!(user.createAccessKey ?? kind === 'systemUser')) return null;
  const defaults = fieldsOf(context.input.defaults?.store ?? 'secretsmanager');
  const type = own?.type ?? defaults.type;
  // A store of another type takes nothing from the default one.
  const base: Partial<StoreFields> = type === defaults.type ? defaults : {};
  const kmsKeyId = own?.kmsKeyId ?? base.kmsKeyId ?? null;
  if (type === 'secretsmanager') {
    for (const field of ['basePath', 'sesSmtpPassword'] as const) {
      const value = own?.[field];
      if (value !== undefined && value !== false)
        context.tell([...path, 'store', field], value, 'only a store of type ssm has it');
    }
    return { store: type, kmsKeyId };
  }
  const basePath = own?.basePath ?? base.basePath ?? (user.s3Resources ? '/s3_user/' : '/system_user/');
  const sesSmtpPassword = own?.sesSmtpPassword ?? base.sesSmtpPassword ?? false;
  return {
    store: type,
    kmsKeyId,
    basePath: normaliseBasePath(basePath),
    sesRegions: resolveSesRegions(sesSmtpPassword, path, context),
  };
}

/** What the user itself says of its store, by `store` or by the fields of the Terraform modules. */
function resolveOwnStore(user: UserInput, path: Path, { tell }: ResolveContext): StoreFields | null {
  const { store, ssmEnabled, ssmBasePath, ssmSesSmtpPasswordEnabled, storeAccessKeysInSecretsMgr } = user;
  const modules = { ssmEnabled, ssmBasePath, ssmSesSmtpPasswordEnabled, storeAccessKeysInSecretsMgr };
  const given = Object.entries(modules).filter(([, value]) => value !== undefined);
  if (store !== undefined) {
    for (const [field, value] of given)
      tell([...path, field], value, 'store says where the key is kept: give one of them');
    return fieldsOf(store);
  }
  if (ssmEnabled === true && storeAccessKeysInSecretsMgr === true)
    tell([...path, 'storeAccessKeysInSecretsMgr'], true, 'ssmEnabled is true: a key is kept in one place');
  const isSsm = ssmEnabled ?? (ssmBasePath !== undefined || ssmSesSmtpPasswordEnabled === true);
  if (isSsm) return { type: 'ssm', basePath: ssmBasePath, sesSmtpPassword: ssmSesSmtpPasswordEnabled };
  // What the module would give out as an output is kept in a secret here.
  return ssmEnabled === false || storeAccessKeysInSecretsMgr === true ? { type: 'secretsmanager' } : null;
}

function fieldsOf(store: StoreInput): StoreFields {
  return typeof store === 'string' ? { type: store } : store;
}

function resolveSesRegions(
  wish: boolean | readonly string[],
  path: Path,
  { input, tell }: ResolveContext,
): readonly string[] {
  if (typeof wish !== 'boolean') return wish;
  if (!wish) return [];
  const region = input.defaults?.region;
  if (region === undefined) {
    const rule =
      'it must be a list of regions, or defaults.region must name one: an SMTP password is good for one region';
    tell([...path, 'store', 'sesSmtpPassword'], true, rule);
    return [];
  }
  return [region];
}
