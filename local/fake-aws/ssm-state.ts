import { awsError } from './errors.js';
import { History } from './history.js';
import type { FakeTag } from './iam-state.js';
import { notModelled } from './operation.js';
import type { World } from './world.js';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

export interface FakeParameter {
  readonly name: string;
  readonly arn: string;
  readonly type: ParameterType;
  readonly value: string;
  /** What a reader without decryption gets of a SecureString. */
  readonly ciphertext: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly dataType: string;
  readonly description: string | undefined;
  /** Of a SecureString. */
  readonly keyId: string | undefined;
  readonly tags: readonly FakeTag[];
  readonly version: number;
  readonly changedAt: number;
}

/** The parameters of one account. Values are immutable; writes replace them at an instant. */
export class ParametersState {
  private readonly parameters: History<FakeParameter>;

  constructor(readonly world: World) {
    this.parameters = new History(world.historyMs);
  }

  dump() {
    return this.parameters.entries();
  }

  load(dumped: ReturnType<ParametersState['dump']>): void {
    this.parameters.load(dumped);
  }

  /** In the order of their names. */
  all(asOf?: number): FakeParameter[] {
    return this.parameters.values(asOf);
  }

  /** Names are case-sensitive. */
  named(name: string, asOf?: number): FakeParameter | undefined {
    return this.parameters.get(name, asOf);
  }

  put(parameter: FakeParameter): void {
    this.parameters.set(parameter.name, parameter, this.world.clock.now());
  }

  remove(name: string): void {
    this.parameters.set(name, undefined, this.world.clock.now());
  }

  arn(name: string): string {
    const { region, accountId } = this.world;
    return `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  }
}

export function refusal(name: string, message: string): never {
  throw awsError('ssm', name, 400, message);
}

export function invalid(message: string): never {
  refusal('ValidationException', message);
}

const PART = /^[A-Za-z0-9_.-]+$/;
const ARN_CHARACTERS = 1011;
const LEVELS = 15;
const NAMES_PER_CALL = 10;

/** API reference, PutParameter, `Name`. A name with slashes is a path and begins with one. */
export function checkNewName(state: ParametersState, name: string): void {
  const isPath = name.includes('/');
  if (isPath && !name.startsWith('/')) invalid('Parameter name must be a fully qualified name.');
  const parts = isPath ? name.slice(1).split('/') : [name];
  const [first = ''] = parts;
  if (isPath && parts.length > 1 && /^aws/i.test(first))
    refusal('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (/^(aws|ssm)/i.test(first) || !parts.every((part) => PART.test(part))) {
    invalid(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths ' +
        'divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (parts.length > LEVELS) {
    const message = `Parameter name must have at most ${LEVELS} levels, ${name} has ${parts.length}.`;
    refusal('HierarchyLevelLimitExceededException', message);
  }
  if (state.arn(name).length > ARN_CHARACTERS)
    invalid(`The ARN of ${name} has more than ${ARN_CHARACTERS} characters`);
}

export function requireNames(names: readonly string[] | undefined): readonly string[] {
  const given = names ?? [];
  if (given.length < 1 || given.length > NAMES_PER_CALL)
    invalid(`Value at 'names' must have 1 to ${NAMES_PER_CALL} members, not ${given.length}`);
  return given;
}

export function plainName(name: string | undefined): string {
  return name?.includes(':') ? notModelled('a parameter by ARN, version or label') : (name ?? '');
}

export function notFound(name: string | undefined): never {
  refusal('ParameterNotFound', `Parameter ${name} not found.`);
}
