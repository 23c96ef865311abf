import type { LocalFunction } from './local-function.js';

/** A route of an HTTP API, such as `GET /users/{name}` or `$default`, and what it leads to. */
export interface Route {
  readonly key: string;
  readonly target: LocalFunction;
  readonly timeoutMs: number;
}

export interface Match {
  readonly route: Route;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route that API Gateway would choose: fixed parts before variables, these before a greedy one, a method before ANY,
 * and $default where there is nothing else. Throws URIError for a path that cannot be decoded.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | null {
  const matches = routes.flatMap((route) => {
    const pathParameters = parametersOf(route, method, path);
    return pathParameters ? [{ route, pathParameters }] : [];
  });
  return matches.toSorted((one, other) => rank(one.route).localeCompare(rank(other.route)))[0] ?? null;
}

function parametersOf({ key }: Route, method: string, path: string): Record<string, string> | null {
  if (key === '$default') return {};
  const [wantedMethod, wantedPath = ''] = key.split(' ');
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return null;
  const parts = path.split('/');
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of wantedPath.split('/').entries()) {
    const part = parts[index];
    const [, name, greedy] = /^\{([^+]+)(\+?)\}$/.exec(wanted) ?? [];
    if (greedy && part !== undefined) {
      return { ...parameters, [name!]: decodeURIComponent(parts.slice(index).join('/')) };
    }
    if (part === undefined || (name ? part === '' : part !== wanted)) return null;
    if (name) parameters[name] = decodeURIComponent(part);
  }
  return parts.length === wantedPath.split('/').length ? parameters : null;
}

/** Sorts the better match first. */
function rank({ key }: Route): string {
  if (key === '$default') return '9';
  const [method, path = ''] = key.split(' ');
  const parts = path.split('/').map((part) => (part.endsWith('+}') ? '2' : part.startsWith('{') ? '1' : '0'));
  return `${parts.join('')}${method === 'ANY' ? '1' : '0'}`;
}
