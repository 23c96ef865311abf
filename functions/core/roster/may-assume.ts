/**
 * May a policy let its holder assume the role? Conditions are taken to hold, for whoever fulfils them would lose the role
 * with the policy. `document` is JSON text; '' is none.
 */
export function mayAssume(document: string, roleArn: string): boolean {
  if (document === '') return false;
  const { Statement } = JSON.parse(document) as { Statement?: unknown };
  return listOf(Statement).some((one) => {
    const statement = one as Readonly<Record<string, unknown>>;
    return (
      statement['Effect'] === 'Allow' &&
      isMeant(statement['Action'], statement['NotAction'], 'sts:assumerole', true) &&
      isMeant(statement['Resource'], statement['NotResource'], roleArn, false)
    );
  });
}

/** Of the two lists a statement has one. */
function isMeant(named: unknown, excepted: unknown, value: string, foldsCase: boolean): boolean {
  const isIn = (patterns: unknown) =>
    listOf(patterns).some((pattern) => {
      const text = foldsCase ? String(pattern).toLowerCase() : String(pattern);
      return matches(text, value);
    });
  return named === undefined ? excepted !== undefined && !isIn(excepted) : isIn(named);
}

/** "*" stands for anything, "?" for one character. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
