import { type Operation, operations } from '../../functions/shell/operations.js';
import { openApiDocument } from '../../functions/shell/openapi.js';

interface Described {
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** The API for a browser, from its OpenAPI document alone: one page that loads nothing. */
export function apiPage(): string {
  const { paths } = openApiDocument('/') as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  const sections = Object.values(operations as Readonly<Record<string, Operation>>).map(({ method, path }) =>
    section(method, path, paths[path]![method.toLowerCase()]!),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>iam-lifecycle API</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 14px ui-monospace, monospace; }
pre { background: #f4f4f4; padding: 0.75rem; overflow: auto; }
td { padding: 0.1rem 1rem 0.1rem 0; vertical-align: top; }
</style>
<h1>iam-lifecycle API</h1>
<p>As a document for programs: <a href="/openapi.json">/openapi.json</a>.</p>
${sections.join('\n')}
</html>
`;
}

function section(method: string, path: string, described: Described): string {
  const { summary, parameters = [], requestBody, responses } = described;
  const body = requestBody?.content['application/json']?.schema;
  return [
    `<h2><code>${method} ${escaped(path)}</code></h2>`,
    `<p>${escaped(summary)}</p>`,
    table(
      parameters.map(({ name, in: place, description = '', schema }) => [
        code(name),
        place,
        description,
        code(JSON.stringify(schema)),
      ]),
    ),
    ...(body === undefined ? [] : [`<pre>${escaped(JSON.stringify(body, null, 2))}</pre>`]),
    table(Object.entries(responses).map(([status, { description }]) => [code(status), description])),
  ].join('\n');
}

/** Cells are text; those that `code` made are markup already. */
function table(rows: readonly (readonly (string | { readonly markup: string })[])[]): string {
  if (rows.length === 0) return '';
  return `<table>${rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('')}</table>`;
}

function cellOf(value: string | { readonly markup: string }): string {
  return `<td>${typeof value === 'string' ? escaped(value) : value.markup}</td>`;
}

function code(text: string): { readonly markup: string } {
  return { markup: `<code>${escaped(text)}</code>` };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
