import { stage } from '../../functions/core/facts.js';
import { type AccessKeyId, type UserName, secretNameOf, versionIdOf } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import type { FakeAws } from '../fake-aws/fake-aws.js';
import type { TrueSecretVersion, TrueUser } from '../fake-aws/truth.js';
import { tagOf } from './true-user.js';

/** Where a user's key is kept in truth: its secret, or its parameters told of as if they were one. */
export interface TrueKeyStore {
  readonly versions: readonly Pick<TrueSecretVersion, 'id' | 'stages' | 'parsed'>[];
}

/** The base path of every simulated user whose key is kept in SSM. */
export const simulatedBasePath = '/system_user';

export function keyStoreOf(account: FakeAws, user: TrueUser): TrueKeyStore | undefined {
  if (tagOf(user, tag.keyStore) !== 'ssm') return account.truth.secret(secretNameOf(user.name as UserName));
  const credentials = account.truth.parameter(`${simulatedBasePath}/${user.name}/credentials`);
  if (!credentials) return undefined;
  const [current, previous] = credentials.description?.match(/AKIA\w+/g) ?? [];
  return {
    versions: [
      ...version(current, stage.current, JSON.parse(credentials.value)),
      ...version(previous, stage.previous, undefined),
    ],
  };
}

function version(keyId: string | undefined, label: string, parsed: unknown): TrueKeyStore['versions'] {
  return keyId === undefined ? [] : [{ id: versionIdOf(keyId as AccessKeyId), stages: [label], parsed }];
}

/** The parameters that hold another key than the credentials do. Only at rest must there be none. */
export function tornParameters(account: FakeAws, user: TrueUser): string[] {
  if (tagOf(user, tag.keyStore) !== 'ssm') return [];
  const base = `${simulatedBasePath}/${user.name}`;
  const whole = JSON.parse(account.truth.parameter(`${base}/credentials`)?.value ?? '{}') as Record<
    string,
    string
  >;
  const parts = { access_key_id: whole['accessKeyId'], secret_access_key: whole['secretAccessKey'] };
  return Object.entries(parts)
    .filter(([name, value]) => account.truth.parameter(`${base}/${name}`)?.value !== value)
    .map(([name]) => `${base}/${name}`);
}

/** The key that a reader of the parameter access_key_id takes for the user's; null where there is no such parameter. */
export function partialKeyId(account: FakeAws, user: TrueUser): string | null {
  if (tagOf(user, tag.keyStore) !== 'ssm') return null;
  return account.truth.parameter(`${simulatedBasePath}/${user.name}/access_key_id`)?.value ?? null;
}
