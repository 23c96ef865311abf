import type { InputTransformer } from '@aws-sdk/client-eventbridge';
import { awsError } from './errors.js';
import { notModelled } from './operation.js';

/** The predefined variable for the whole event as JSON. AWS does not escape it: it must be a JSON value of its own. */
const wholeEvent = '<aws.events.event.json>';
const maxLength = 8192;

/** The template of a transformer, if it is JSON with whole events as values; throws for what EventBridge refuses. */
export function checkTemplate({ InputPathsMap, InputTemplate = '' }: InputTransformer): string {
  if (InputPathsMap !== undefined) return notModelled('InputPathsMap of a target');
  const placeholders = InputTemplate.match(/<[^<>]*>/g) ?? [];
  for (const placeholder of placeholders)
    if (placeholder !== wholeEvent) notModelled(`the placeholder ${placeholder} of an input template`);
  if (InputTemplate.length > maxLength) refuse(`it has ${InputTemplate.length} characters`);
  try {
    // Between quotes this is no JSON, as little as the event would be.
    JSON.parse(InputTemplate.replaceAll(wholeEvent, '"event"'));
  } catch {
    refuse('it is no JSON with whole events as values');
  }
  return InputTemplate;
}

function refuse(why: string): never {
  throw awsError('events', 'ValidationException', 400, `Invalid InputTemplate: ${why}.`);
}

/** What the target gets, without white space between its parts. */
export function fillTemplate(template: string, event: string): string {
  return JSON.stringify(JSON.parse(template.replaceAll(wholeEvent, () => event)));
}
