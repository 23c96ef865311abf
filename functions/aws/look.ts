import type { Looked } from '../core/review/looked.js';

/** A read that AWS may refuse without spoiling the rest: what was refused is told, as unread. Bugs escape. */
export async function look<Item>(what: string, read: () => Promise<readonly Item[]>): Promise<Looked<Item>> {
  try {
    return { items: await read(), unread: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { items: [], unread: [`${what}: ${reasonOf(error)}`] };
  }
}

/** What AWS answered, or that it could not be reached: the SDK marks the one, the system the other. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error && ('$metadata' in error || 'syscall' in error || error.name === 'TimeoutError')
  );
}

/** "AccessDenied: User … is not authorized", on one line. */
function reasonOf({ name, message }: Error): string {
  const [line = ''] = message.split('\n');
  return line === '' || line === name ? name : `${name}: ${line}`;
}
