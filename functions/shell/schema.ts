import { en } from 'zod/locales';
import { config } from 'zod/mini';

/**
 * zod's tree-shakable half, with its messages in English: by itself it has none. Schemas are written with
 * `import * as z from './schema.js'`.
 */
config(en());

export * from 'zod/mini';
