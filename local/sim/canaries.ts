import { Violation } from './violation.js';

/** A form in which a secret that got out may stand in a text. */
export interface Disguise {
  readonly form: 'raw' | 'JSON' | 'URL' | 'base64' | 'base64url' | 'hex' | 'reversed' | 'split';
  readonly text: string;
}

/** Both halves of a secret are looked for by themselves; shorter ones would be found by chance. */
const shortestHalf = 12;

/** Every form that is looked for, each text once. Encodings of three bytes are looked for at all three places in a longer text. */
export function disguisesOf(secret: string): Disguise[] {
  const half = Math.ceil(secret.length / 2);
  const halves = half < shortestHalf ? [] : [secret.slice(0, half), secret.slice(half)];
  const base64 = [0, 1, 2].map((offset) => base64At(secret, offset));
  const hex = Buffer.from(secret).toString('hex');
  const all: Disguise[] = [
    { form: 'raw', text: secret },
    { form: 'JSON', text: JSON.stringify(secret).slice(1, -1) },
    { form: 'JSON', text: secret.replaceAll('/', '\\/') },
    { form: 'URL', text: encodeURIComponent(secret) },
    ...base64.map((text): Disguise => ({ form: 'base64', text })),
    ...base64.map((text): Disguise => ({ form: 'base64url', text: urlSafe(text) })),
    { form: 'hex', text: hex },
    { form: 'hex', text: hex.toUpperCase() },
    { form: 'reversed', text: Array.from(secret).toReversed().join('') },
    ...halves.map((text): Disguise => ({ form: 'split', text })),
  ];
  return [...new Map(all.toReversed().map((one) => [one.text, one])).values()].toReversed();
}

/** The characters that the secret alone decides, where it begins so many bytes behind a multiple of three. */
function base64At(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(first, end);
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

/** The secrets that were found where none may be (S4), named by their number and form, never shown. */
export function findSecrets(secrets: readonly string[], records: readonly string[]): Violation[] {
  const text = records.join('\n');
  return secrets.flatMap((secret, index) => {
    const found = disguisesOf(secret).find((disguise) => text.includes(disguise.text));
    return found
      ? [new Violation('S4', `secret number ${index} was found outside its store (${found.form})`)]
      : [];
  });
}
