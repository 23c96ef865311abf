import type { Moment, Operation, Service } from './types.js';
import { awsError } from './errors.js';
import type { World } from './world.js';

type Answer<Output> = Omit<Output, '$metadata'>;
type Parameters<Input> = readonly (keyof Input & string)[];

/** An operation that changes nothing a caller could call a write. */
export function reads<Input, Output>(
  parameters: Parameters<Input>,
  run: (input: Input, moment: Moment) => Answer<Output>,
): Operation {
  return { mutating: false, parameters: new Set(parameters), run };
}

/** An operation that changes the account; it always judges the truth. */
export function writes<Input, Output>(
  parameters: Parameters<Input>,
  run: (input: Input, moment: Moment) => Answer<Output>,
  prepare?: (input: Input) => unknown,
): Operation {
  const operation: Operation = { mutating: true, parameters: new Set(parameters), run };
  return prepare === undefined ? operation : { ...operation, prepare };
}

/** Refuses what is not modelled with a plain Error, which no caller takes for an answer of AWS. */
export function notModelled(what: string): never {
  throw new Error(`fake-aws: ${what} is not modelled`);
}

export interface PageRequest<T> {
  readonly service: Service;
  readonly operation: string;
  /** Sorted by `keyOf`. */
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly max: number;
  readonly marker: string | undefined;
  readonly badMarker: string;
}

/** A page names the last key that it held, so entries that come or go between pages shift nothing. */
export function takePage<T>(world: World, request: PageRequest<T>): { page: T[]; next: string | undefined } {
  const { operation, keyOf, max } = request;
  const after = request.marker === undefined ? undefined : readMarker(request, request.marker);
  const rest = after === undefined ? request.items : request.items.filter((item) => keyOf(item) > after);
  const size = Math.max(1, Math.min(max, world.pageSize(operation, max)));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const truncated = last !== undefined && rest.length > page.length;
  return { page, next: truncated ? writeMarker(operation, keyOf(last)) : undefined };
}

function writeMarker(operation: string, key: string): string {
  return Buffer.from(JSON.stringify([operation, key])).toString('base64');
}

function readMarker(
  { service, operation, badMarker }: Omit<PageRequest<unknown>, 'keyOf'>,
  marker: string,
): string {
  const text = Buffer.from(marker, 'base64').toString();
  const isOurs = text.startsWith(`["${operation}",`) && Buffer.from(text).toString('base64') === marker;
  if (!isOurs) throw awsError(service, badMarker, 400, `invalid marker ${marker}`);
  return (JSON.parse(text) as [string, string])[1];
}
