import { readFileSync } from 'node:fs';

/** A request as a curl command asks for it. */
export interface CurlRequest {
  readonly method: string;
  /** Path and query. */
  readonly place: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | undefined;
}

/** The curl commands of the README against the dev server, in their order. Throws for an option that it does not know. */
export function curlsOfReadme(): CurlRequest[] {
  const text = readFileSync('README.md', 'utf8').replaceAll(/\\\n\s*/g, ' ');
  return [...text.matchAll(/^ {4}curl (.*localhost:3000.*)$/gm)].map(([, line]) => requestOf(wordsOf(line!)));
}

/** Words as a shell splits them, quoted ones whole. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

function requestOf(words: readonly string[]): CurlRequest {
  const headers: Record<string, string> = {};
  let [method, place, body]: [string | undefined, string, object | undefined] = [undefined, '', undefined];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word === '-i') continue;
    if (word.startsWith('localhost:3000')) place = word.slice('localhost:3000'.length);
    else if (word === '-X') method = words[(index += 1)];
    else if (word === '-d') body = JSON.parse(words[(index += 1)]!) as object;
    else if (word === '-H') {
      const [, name, value] = /^([^:]+): (.*)$/.exec(words[(index += 1)]!)!;
      headers[name!] = value!;
    } else throw new Error(`no test knows what curl does with ${word}`);
  }
  return { method: method ?? (body ? 'POST' : 'GET'), place, headers, body };
}
