import type { IncomingHttpHeaders } from 'node:http';
import type { Schema } from './wire-schema.js';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as AWS tells it. */
export interface Refusal {
  readonly status: number;
  /** The SDK's exception name, and the code on the wire where the two differ (`NoSuchEntityException`, `NoSuchEntity`). */
  readonly name: string;
  readonly code: string;
  readonly fault: 'Sender' | 'Receiver';
  readonly message: string;
  /** The members that the service's model gives this error, as JSON. */
  readonly members: object;
}

/** How a service writes requests and answers down. */
export interface Protocol {
  readonly contentType: string;
  /** The name of the error for an operation that the service lacks. */
  readonly unknownOperation: string;
  /** The name of the operation; '' where the request names none. */
  operationOf(received: Received): string;
  input(schema: Schema, body: string, received: Received): object;
  result(operation: string, schema: Schema, output: object, requestId: string): Reply;
  refusal(refusal: Refusal, requestId: string): Reply;
}
