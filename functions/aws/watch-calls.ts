import { isThrottled } from './errors.js';
import type { Clients } from './clients.js';

export interface CallListener {
  /** Each try counts: a quota does not care why a call was made. */
  called(): void;
  /** AWS asked for fewer calls. The SDK waits and tries again by itself. */
  throttled(): void;
}

interface Watchable {
  readonly middlewareStack: {
    addRelativeTo(middleware: unknown, options: object): void;
  };
}

/** Tells of every call of these clients, and of every one that was throttled. STS with a user's own key is not among them. */
export function watchCalls(clients: Clients, listener: CallListener): void {
  const watch = (next: (args: unknown) => Promise<unknown>) => async (args: unknown) => {
    listener.called();
    try {
      return await next(args);
    } catch (error) {
      if (isThrottled(error)) listener.throttled();
      throw error;
    }
  };
  for (const client of Object.values(clients)) {
    if (typeof client === 'function') continue;
    (client as unknown as Watchable).middlewareStack.addRelativeTo(watch, {
      name: 'watchCalls',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
  }
}
