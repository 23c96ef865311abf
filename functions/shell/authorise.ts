import type { ClaimPermissions, Permission } from '../core/permission.js';
import { HttpProblem, type HttpRequest } from './http-function.js';

/** Throws HttpProblem 403. Without a map every caller whom the gateway lets in may do everything. */
export function authorise(
  { requestContext: { authorizer } }: HttpRequest,
  permission: Permission | null,
  map: ClaimPermissions | null,
): void {
  if (map === null || permission === null) return;
  const held = valuesOf(authorizer?.jwt?.claims[map.claim]);
  const giving = map[permission] ?? [];
  if (giving.some((value) => held.has(value))) return;
  const wanted = giving.length === 0 ? 'no value gives it' : `it needs one of ${giving.join(', ')}`;
  throw new HttpProblem(
    403,
    'Forbidden',
    `The token's claim "${map.claim}" does not give "${permission}": ${wanted}.`,
  );
}

/** The gateway hands a list over as text, "[a b]", and a scope is a text of its own: "a b". */
function valuesOf(claim: unknown): ReadonlySet<string> {
  if (Array.isArray(claim)) return new Set(claim.map(String));
  if (typeof claim !== 'string') return new Set();
  return new Set(claim.replace(/^\[(.*)\]$/s, '$1').split(/[\s,]+/));
}
