/** What of a role's sessions is sure to be the name of the user that began them. */
export type SessionPin = 'session-name' | 'source-identity';

export type PinVerdict =
  | { readonly pin: SessionPin }
  /** Nothing is; `why` completes "the trust policy …". */
  | { readonly pin: null; readonly why: string };

type Statement = Readonly<Record<string, unknown>>;

const conditionKeys = { 'session-name': 'sts:rolesessionname', 'source-identity': 'sts:sourceidentity' };
/** Operators that take the variable's value as it is; a user name holds no wildcard. */
const exactOperators = ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'];
const userNameVariable = '${aws:username}';
/** Actions that begin no session by themselves. */
const companions = ['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext'];

/**
 * What a trust policy makes certain: that each session of the role bears the name of the user of this account that began
 * it, and so no session of that name is anybody else's. Every statement that lets a session begin must demand it, of
 * principals of this account alone: a user of another one, a federated one or a service may bear any name. `trust` is the
 * document as parsed JSON.
 *
 * A pin in the users' own policies does not count: it binds whoever has that policy, and the role is open to others.
 */
export function judgeSessionPin(trust: unknown, accountId: string): PinVerdict {
  const { Version, Statement } = (trust ?? {}) as { Version?: unknown; Statement?: unknown };
  const openings = (listOf(Statement) as Statement[]).filter(letsBegin);
  if (openings.length === 0)
    return { pin: null, why: 'lets nobody begin a session, and so says nothing of those that live' };
  // In the older version of the language a variable is mere text.
  if (Version !== '2012-10-17')
    return { pin: null, why: 'is not of Version 2012-10-17, where variables mean something' };
  const stranger = openings.flatMap(principalsOf).find((name) => !isOfAccount(name, accountId));
  if (stranger !== undefined) return { pin: null, why: `trusts ${stranger}, which may take any name` };
  const pins = Object.keys(conditionKeys) as SessionPin[];
  const pin = pins.find((candidate) => openings.every((one) => demands(one, conditionKeys[candidate])));
  return pin === undefined
    ? { pin: null, why: 'demands neither the session name nor the source identity to be the user name' }
    : { pin };
}

function letsBegin({ Effect, Action }: Statement): boolean {
  if (Effect !== 'Allow') return false;
  const actions = listOf(Action).map((action) => String(action).toLowerCase());
  return actions.length === 0 || actions.some((action) => !companions.includes(action));
}

/** Each as "kind:name" but those of AWS; a statement that names whom it does not mean has the principal "NotPrincipal". */
function principalsOf({ Principal }: Statement): string[] {
  if (Principal === undefined) return ['NotPrincipal'];
  if (typeof Principal === 'string') return [Principal];
  return Object.entries(Principal as object).flatMap(([kind, names]) =>
    listOf(names).map((name) => (kind === 'AWS' ? String(name) : `${kind}:${String(name)}`)),
  );
}

/** The account itself, somebody of it, or the unique id that is left of somebody deleted. */
function isOfAccount(principal: string, accountId: string): boolean {
  const [arn, , service, , account] = principal.split(':');
  if (arn === 'arn') return (service === 'iam' || service === 'sts') && account === accountId;
  return principal === accountId || /^A(IDA|ROA)[A-Z0-9]{12,}$/.test(principal);
}

function demands({ Condition }: Statement, wantedKey: string): boolean {
  return exactOperators.some((operator) => {
    const tests = (Condition as Readonly<Record<string, object>> | undefined)?.[operator] ?? {};
    return Object.entries(tests).some(([key, values]) => {
      const [value, ...others] = listOf(values);
      const isUserName = String(value).toLowerCase() === userNameVariable && others.length === 0;
      return key.toLowerCase() === wantedKey && isUserName;
    });
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
