import type { AnyCommand } from './command.js';
import { adopt } from './commands/adopt.js';
import { apply } from './commands/apply.js';
import { completion } from './commands/completion.js';
import { deletePolicy } from './commands/delete-policy.js';
import { importCommand } from './commands/import.js';
import { offboard } from './commands/offboard.js';
import { plan } from './commands/plan.js';
import { respond } from './commands/respond.js';
import { restore } from './commands/restore.js';
import { review } from './commands/review.js';
import { rotate } from './commands/rotate.js';
import { status } from './commands/status.js';
import { validate } from './commands/validate.js';

/** Every command, in the order of the help. */
export const commands: readonly AnyCommand[] = [
  plan,
  apply,
  importCommand,
  adopt,
  deletePolicy,
  status,
  review,
  rotate,
  offboard,
  restore,
  respond,
  validate,
  completion,
];
