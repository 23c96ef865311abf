/** A value from outside that breaks a rule. The message names the field, the value and the rule. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';

  constructor(
    readonly field: string,
    readonly value: string,
    readonly rule: string,
  ) {
    super(`${field} is ${JSON.stringify(value)}: it must be ${rule}`);
  }
}

/** A rule for a string, in words and as a pattern. */
export interface Rule {
  readonly says: string;
  readonly pattern: RegExp;
}

/** Returns the value where it follows the rule, else throws InvalidValue. */
export function mustFollow(rule: Rule, value: string, field: string): string {
  if (!rule.pattern.test(value)) throw new InvalidValue(field, value, rule.says);
  return value;
}
