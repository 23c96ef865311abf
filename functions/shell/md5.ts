import { createHash } from 'node:crypto';

/** The MD5 of a text's UTF-8 as 32 hexadecimal digits: a short name for it, not a protection. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
