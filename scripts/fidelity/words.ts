/**
 * The words of one account in one sequence: what it names by chance is told by the order in which it appeared, and times are told by
 * nothing, since the clocks differ. So answers of two accounts can be compared, and one's ids can be put in the other's calls.
 */
export class Words {
  private readonly byId = new Map<string, string>();
  private readonly byKind = new Map<string, string[]>();

  constructor(private readonly accountId: string) {}

  /** An input with the account's own ids in it. */
  spoken(value: unknown): unknown {
    if (typeof value === 'string') return this.spokenText(value);
    if (Array.isArray(value)) return value.map((one) => this.spoken(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.spoken(one)]));
  }

  private spokenText(text: string): string {
    const [, kind, index] = /^\$(\w+):(\w+)$/.exec(text) ?? [];
    if (kind === undefined) return text.replaceAll('$account', this.accountId);
    const known = this.byKind.get(kind) ?? [];
    return known[Number(index) % known.length] ?? nobodys[kind] ?? text;
  }

  /** An answer without chance, time and order. */
  heard(value: unknown, field = ''): unknown {
    if (value instanceof Date) return '<date>';
    if (value instanceof Uint8Array) return '<bytes>';
    if (typeof value === 'string') return this.heardText(value, field);
    if (Array.isArray(value)) return inOrder(value.map((one) => this.heard(one, field)));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, one]) => one !== undefined && name !== '$metadata')
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, one]) => [name, this.heard(one, name)]),
    );
  }

  private heardText(text: string, field: string): unknown {
    if (drawnFields.has(field) || text.startsWith(cipherPrefix)) return `<${field}>`;
    if (field.endsWith('Document')) return JSON.parse(decodeURIComponent(text)) as unknown;
    const [kind] = Object.entries(idFields).find(([, fields]) => fields.includes(field)) ?? [];
    if (kind !== undefined && isDrawn(kind, text)) return this.nameOf(kind, text);
    return text;
  }

  private nameOf(kind: string, id: string): string {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const ids = this.byKind.get(kind) ?? [];
    const name = `<${kind} ${ids.push(id)}>`;
    this.byKind.set(kind, ids);
    this.byId.set(id, name);
    return name;
  }
}

/** AWS promises no order but of pages. */
export function inOrder(values: readonly unknown[]): unknown[] {
  return values.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What an account makes up: its length and letters are nobody's business. */
const drawnFields = new Set(['SecretAccessKey', 'ServicePassword', 'Marker', 'NextToken']);

/** Of what KMS has encrypted. */
const cipherPrefix = 'AQICAH';

/** Kinds of ids, and where answers tell them. */
const idFields: Readonly<Record<string, readonly string[]>> = {
  key: ['AccessKeyId'],
  user: ['UserId'],
  group: ['GroupId'],
  policy: ['PolicyId'],
  sshKey: ['SSHPublicKeyId'],
  certificate: ['CertificateId'],
  serviceCredential: ['ServiceSpecificCredentialId'],
  secret: ['ARN'],
};

/** Ids that a call may name though nobody has them. */
const nobodys: Readonly<Record<string, string>> = {
  key: 'AKIANOBODYSKEY000000',
  sshKey: 'APKANOBODYSKEY000000',
  certificate: 'NOBODYSCERTIFICATE000000000000',
  serviceCredential: 'ACCANOBODYSCREDENTIAL',
  secret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:nobodys-AbCdEf',
};

/** The ARN of a parameter is told by its name; that of a secret ends in six letters of chance. */
function isDrawn(kind: string, text: string): boolean {
  return kind !== 'secret' || text.startsWith('arn:aws:secretsmanager:');
}
