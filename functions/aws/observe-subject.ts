import type { UserFacts } from '../core/facts.js';
import type { Instant } from '../core/instants.js';
import { parameterNamesOf, readKeyWish } from '../core/key-wish.js';
import { type UserName, loginSecretNameOf, secretNameOf } from '../core/names.js';
import type { ReadSecret } from '../core/review/key-readers.js';
import { type OwnedThing, type Subject, strangerName } from '../core/review/subject.js';
import type { Clients } from './clients.js';
import { observeKeyStore, observeSecret, observeUser } from './observe.js';

/** Which user is meant, and where it would be if it is gone. */
export interface WantedSubject {
  readonly name: UserName;
  /** Its unique id; null: whoever has the name. */
  readonly userId: string | null;
  readonly accountId: string;
  /** As in "aws". */
  readonly partition: string;
  /** Of managed users. */
  readonly userPath: string;
}

export interface SeenSubject {
  readonly subject: Subject;
  /** null: no such user is to be seen. */
  readonly user: UserFacts | null;
  /** A user of the name that is not the one that is meant. */
  readonly namesake: UserFacts | null;
  /** Its secrets, by name too. */
  readonly secrets: readonly ReadSecret[];
  /** Of a user that is gone: its secrets that do not await their deletion. */
  readonly leftovers: readonly string[];
}

/** The user that a review is about, with what is its own. Three calls. */
export async function observeSubject(
  clients: Pick<Clients, 'iam' | 'secretsManager' | 'ssm'>,
  wanted: WantedSubject,
): Promise<SeenSubject> {
  const found = await observeUser(clients.iam, wanted.name);
  const isNamesake = found !== null && wanted.userId !== null && found.id !== wanted.userId;
  const user = isNamesake ? null : found;
  const secrets = isNamesake ? [] : await observeOwnSecrets(clients, user?.name ?? wanted.name);
  const left = user === null ? secrets.filter(({ deletedAt }) => deletedAt === null) : [];
  const { accountId, partition, userPath } = wanted;
  const paths = [...new Set(['/', userPath])];
  return {
    user,
    namesake: isNamesake ? found : null,
    secrets,
    leftovers: left.map(({ name }) => `secret ${name}`),
    subject: {
      name: user?.name ?? wanted.name,
      accountId,
      ids: user ? [user.id] : wanted.userId === null ? [] : [wanted.userId],
      arns: user
        ? [user.arn]
        : paths.map((path) => `arn:${partition}:iam::${accountId}:user${path}${wanted.name}`),
      owned: [
        ...secrets.map((secret) => ownedSecret(secret, user?.name ?? wanted.name)),
        ...(user ? await observeParameterArns(clients, user) : []),
      ],
      livingIds: null,
    },
  };
}

interface SeenSecret extends ReadSecret {
  readonly deletedAt: Instant | null;
}

/** Of the key and of the console password. Those that await their deletion count: they can be restored. */
async function observeOwnSecrets(
  { secretsManager }: Pick<Clients, 'secretsManager'>,
  name: UserName,
): Promise<SeenSecret[]> {
  const names = [secretNameOf(name), loginSecretNameOf(name)];
  const seen = await Promise.all(
    names.map(async (secretName) => {
      const secret = await observeSecret(secretsManager, secretName);
      return secret === null ? [] : [{ name: secretName, arn: secret.arn, deletedAt: secret.deletedAt }];
    }),
  );
  return seen.flat();
}

/** A policy may name the parameters of a key that is kept in SSM. */
async function observeParameterArns(
  clients: Pick<Clients, 'secretsManager' | 'ssm'>,
  user: UserFacts,
): Promise<OwnedThing[]> {
  const wish = readKeyWish(user.tags);
  if (wish?.store !== 'ssm') return [];
  const store = await observeKeyStore(clients, user);
  if (store === null) return [];
  const prefix = store.arn.slice(0, store.arn.indexOf(':parameter/') + ':parameter'.length);
  return parameterNamesOf(user.name, wish).map((parameter) => ({
    what: `its parameter ${parameter}`,
    arn: prefix + parameter,
    strangerArn: prefix + parameter.replace(`/${user.name}/`, `/${strangerName}/`),
  }));
}

function ownedSecret({ name, arn }: ReadSecret, userName: UserName): OwnedThing {
  const own = userName.replaceAll(',', '/2C');
  return {
    what: `its secret ${name}`,
    arn,
    strangerArn: arn.replace(`/${own}`, `/${strangerName}`),
  };
}
