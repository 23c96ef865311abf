import { type Command, InvalidArgumentError } from 'commander';
import { parseCount } from './options.js';

/** How far and where CloudTrail's event history is read. */
export interface TrailOptions {
  readonly days: number;
  readonly regions?: readonly string[];
  readonly maxEvents: number;
}

/** CloudTrail's event history goes back no further. */
const historyDays = 90;

/** `what`: as in "what it made". */
export function addTrailOptions(command: Command, what: string): Command {
  return command
    .option('--days <number>', `how far back ${what} is looked for, 90 at most`, parseDays, historyDays)
    .option(
      '--regions <names>',
      'regions to look at, with commas between (default: the current one and that of IAM)',
      parseRegions,
    )
    .option('--max-events <number>', 'the most events to read for each question', parseCount, 5000);
}

function parseDays(text: string): number {
  const days = parseCount(text);
  if (days < 1 || days > historyDays) throw new InvalidArgumentError(`It must be 1 to ${historyDays}.`);
  return days;
}

function parseRegions(text: string): readonly string[] {
  const regions = text.split(',').map((region) => region.trim());
  const wrong = regions.find((region) => !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region));
  if (wrong !== undefined) throw new InvalidArgumentError(`${JSON.stringify(wrong)} is no region.`);
  return [...new Set(regions)];
}
