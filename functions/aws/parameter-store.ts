import {
  GetParameterCommand,
  type ParameterMetadata,
  PutParameterCommand,
  type SSMClient,
  paginateDescribeParameters,
} from '@aws-sdk/client-ssm';
import { type SecretFacts, stage } from '../core/facts.js';
import { type KeyWish, parameterNamesOf, ssmPathsOf } from '../core/key-wish.js';
import { type AccessKeyId, type UserName, accessKeyIdRule, versionIdOf } from '../core/names.js';
import type { ParameterTarget, Target } from '../core/steps.js';
import type { Clients } from './clients.js';
import { isParameterThere } from './errors.js';
import { collect } from './reading.js';
import { Redacted } from './redacted.js';
import { type MintedKey, type SecretSettings, secretValue } from './secret-store.js';
import { sesSmtpPassword } from './ses-smtp.js';

/**
 * Access keys in SSM, under the names and with the descriptions of cloudposse's iam-system-user, and beside them the
 * pair as one JSON value. A parameter has no staging labels, so the description of that one names the keys: which one
 * it holds can be seen without decrypting anything.
 */

type SsmWish = KeyWish & { readonly store: 'ssm' };
type SsmClients = Pick<Clients, 'ssm'>;

const parametersPerPage = 50;

/** The parameters of a user as facts, or null where the credentials are not there. One call. */
export async function observeParameters(
  { ssm }: SsmClients,
  userName: UserName,
  wish: SsmWish,
): Promise<SecretFacts | null> {
  const names = parameterNamesOf(userName, wish);
  const pages = paginateDescribeParameters(
    { client: ssm },
    { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: names }] },
  );
  return toParameterFacts(await collect(pages, (page) => page.Parameters), userName, wish);
}

/** Every parameter below these base paths, each once and without its value, in O(parameters / 50) calls. */
export async function listParameters(
  ssm: SSMClient,
  basePaths: readonly string[],
): Promise<ParameterMetadata[]> {
  const distinct = [...new Set(basePaths)];
  // A path below another one is read with it.
  const outermost = distinct.filter((path) => !distinct.some((other) => path.startsWith(`${other}/`)));
  const listed = await Promise.all(
    outermost.map((basePath) => {
      const filter = { Key: 'Path', Option: 'Recursive', Values: [basePath === '' ? '/' : basePath] };
      const pages = paginateDescribeParameters(
        { client: ssm, pageSize: parametersPerPage },
        { ParameterFilters: [filter] },
      );
      return collect(pages, (page) => page.Parameters);
    }),
  );
  return listed.flat();
}

/** The facts, out of what DescribeParameters shows of some parameters. */
export function toParameterFacts(
  seen: readonly ParameterMetadata[],
  userName: UserName,
  wish: SsmWish,
): (SecretFacts & { readonly changedAt: number }) | null {
  const parameters = new Map(seen.map((parameter) => [parameter.Name!, parameter]));
  const [credentials, ...others] = parameterNamesOf(userName, wish).map((name) => parameters.get(name));
  if (!credentials) return null;
  const writtenAt = credentials.LastModifiedDate!.getTime();
  return {
    arn: credentials.ARN ?? credentials.Name!,
    stages: toStages(credentials.Description ?? ''),
    deletedAt: null,
    changedAt: writtenAt,
    isTorn: others.some((other) => other === undefined || other.LastModifiedDate!.getTime() < writtenAt),
  };
}

function describeCredentials(keyId: AccessKeyId, replaces: AccessKeyId | null, userName: UserName): string {
  const after = replaces === null ? '' : `, after ${replaces},`;
  return `The access key ${keyId}${after} of the IAM user ${userName}.`;
}

function toStages(description: string): SecretFacts['stages'] {
  const [, current, previous] =
    /^The access key ([A-Z0-9]+)(?:, after ([A-Z0-9]+),)? of /.exec(description) ?? [];
  return { ...stageOf(stage.current, current), ...stageOf(stage.previous, previous) };
}

function stageOf(label: string, keyId: string | undefined): SecretFacts['stages'] {
  return keyId !== undefined && accessKeyIdRule.pattern.test(keyId)
    ? { [label]: versionIdOf(keyId as AccessKeyId) }
    : {};
}

/** Stores a tested key and answers the credentials' name. They come first and are whole at any time. */
export async function putParameters(
  clients: SsmClients,
  key: MintedKey,
  target: ParameterTarget,
  settings: SecretSettings,
): Promise<string> {
  const { credentials } = ssmPathsOf(key.userName, target.wish);
  const description = describeCredentials(key.id, target.replaces, key.userName);
  await put(clients, credentials, new Redacted(secretValue(key, settings)), description, target);
  await putParts(clients, key, target);
  return credentials;
}

/** Writes the other parameters anew from the credentials. The one place where a key is read back. */
export async function mendParameters(
  clients: SsmClients,
  user: Target,
  keyId: AccessKeyId,
  target: ParameterTarget,
): Promise<void> {
  const { credentials } = ssmPathsOf(user.name, target.wish);
  const { Parameter } = await clients.ssm.send(
    new GetParameterCommand({ Name: credentials, WithDecryption: true }),
  );
  const stored = JSON.parse(Parameter?.Value ?? '{}') as Record<string, unknown>;
  if (stored['accessKeyId'] !== keyId || typeof stored['secretAccessKey'] !== 'string')
    throw new Error(`the parameter ${credentials} does not hold ${keyId}`);
  const secret = new Redacted(stored['secretAccessKey']);
  await putParts(clients, { id: keyId, userName: user.name, secret }, target);
}

async function putParts(
  clients: SsmClients,
  { id, userName, secret }: Pick<MintedKey, 'id' | 'userName' | 'secret'>,
  target: ParameterTarget,
): Promise<void> {
  const paths = ssmPathsOf(userName, target.wish);
  const of = `for the ${userName} user.`;
  await put(clients, paths.accessKeyId, new Redacted(id), `The AWS_ACCESS_KEY_ID ${of}`, target);
  await put(clients, paths.secretAccessKey, secret, `The AWS_SECRET_ACCESS_KEY ${of}`, target);
  const converted = `The AWS_SECRET_ACCESS_KEY converted into an SES SMTP password ${of}`;
  for (const [region, name] of Object.entries(paths.sesSmtpPasswordV4))
    await put(clients, name, sesSmtpPassword(secret, region), converted, target);
}

/** SSM takes tags with a new parameter alone, and a new value with an old one alone. */
async function put(
  { ssm }: SsmClients,
  name: string,
  value: Redacted,
  description: string,
  { wish, tags, replaces }: ParameterTarget,
): Promise<void> {
  const input = {
    Name: name,
    Value: value.reveal(),
    Description: description,
    Type: 'SecureString',
    Tier: 'Standard',
    DataType: 'text',
    ...(wish.kmsKeyId === null ? {} : { KeyId: wish.kmsKeyId }),
  } as const;
  if (replaces === null) {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    try {
      await ssm.send(new PutParameterCommand({ ...input, Tags }));
      return;
    } catch (error) {
      if (!isParameterThere(error)) throw error;
    }
  }
  await ssm.send(new PutParameterCommand({ ...input, Overwrite: true }));
}
