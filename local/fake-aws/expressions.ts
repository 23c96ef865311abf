import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { awsError } from './errors.js';
import { notModelled } from './operation.js';

export type Item = Readonly<Record<string, AttributeValue>>;

export interface Placeholders {
  readonly names: Readonly<Record<string, string>> | undefined;
  readonly values: Readonly<Record<string, AttributeValue>> | undefined;
}

type Test = (item: Item | undefined) => boolean;

const TOKEN = /\s*(<=|>=|<>|[<>=(),]|[#:]?[A-Za-z_][\w.-]*)/y;

/** Reads DynamoDB's condition and update expressions; every given placeholder must be used, as DynamoDB demands. */
export class Expressions {
  private readonly used = new Set<string>();

  constructor(private readonly placeholders: Placeholders) {}

  condition(text: string): Test {
    const reader = new TokenReader(text);
    const test = this.disjunction(reader);
    reader.end();
    return test;
  }

  /** The attributes that `SET #a = :a, #b = :b` assigns. */
  assignments(text: string): Item {
    const reader = new TokenReader(text);
    const item: Record<string, AttributeValue> = {};
    const clause = reader.next();
    if (clause.toUpperCase() !== 'SET') notModelled(`the clause ${clause} of an UpdateExpression`);
    do {
      const name = this.name(reader.next());
      reader.expect('=');
      item[name] = this.value(reader.next());
    } while (reader.skip(','));
    reader.end();
    return item;
  }

  checkAllUsed(): void {
    const given = [
      ...Object.keys(this.placeholders.names ?? {}),
      ...Object.keys(this.placeholders.values ?? {}),
    ];
    const unused = given.filter((name) => !this.used.has(name));
    if (unused.length > 0) invalidExpression(`placeholders unused in expressions: ${unused.join(', ')}`);
  }

  private disjunction(reader: TokenReader): Test {
    const parts = [this.conjunction(reader)];
    while (reader.skip('OR')) parts.push(this.conjunction(reader));
    return (item) => parts.some((part) => part(item));
  }

  private conjunction(reader: TokenReader): Test {
    const parts = [this.negation(reader)];
    while (reader.skip('AND')) parts.push(this.negation(reader));
    return (item) => parts.every((part) => part(item));
  }

  private negation(reader: TokenReader): Test {
    if (!reader.skip('NOT')) return this.term(reader);
    const inner = this.negation(reader);
    return (item) => !inner(item);
  }

  private term(reader: TokenReader): Test {
    if (reader.skip('(')) {
      const inner = this.disjunction(reader);
      reader.expect(')');
      return inner;
    }
    const first = reader.next();
    if (first === 'attribute_exists' || first === 'attribute_not_exists') {
      reader.expect('(');
      const name = this.name(reader.next());
      reader.expect(')');
      return (item) => (item?.[name] !== undefined) === (first === 'attribute_exists');
    }
    const left = this.operand(first);
    const operator = reader.next();
    const right = this.operand(reader.next());
    return (item) => compare(left(item), operator, right(item));
  }

  private operand(token: string): (item: Item | undefined) => AttributeValue | undefined {
    if (token.startsWith(':')) {
      const value = this.value(token);
      return () => value;
    }
    const name = this.name(token);
    return (item) => item?.[name];
  }

  /** Some 570 words are reserved, so bare names are not even tried. */
  private name(token: string): string {
    if (!token.startsWith('#'))
      notModelled(`the bare name ${token} in an expression; use a #placeholder, which`);
    this.used.add(token);
    return this.placeholders.names?.[token] ?? invalidExpression(`the name ${token} is not defined`);
  }

  private value(token: string): AttributeValue {
    if (!token.startsWith(':')) notModelled(`${token} in place of a :value`);
    this.used.add(token);
    return this.placeholders.values?.[token] ?? invalidExpression(`the value ${token} is not defined`);
  }
}

class TokenReader {
  private readonly tokens: string[] = [];
  private index = 0;

  constructor(text: string) {
    const token = new RegExp(TOKEN);
    while (text.slice(token.lastIndex).trim() !== '') {
      const start = token.lastIndex;
      const match = token.exec(text);
      if (match?.[1] === undefined) invalidExpression(`syntax error near ${text.slice(start)}`);
      this.tokens.push(match[1]);
    }
  }

  next(): string {
    return this.tokens[this.index++] ?? invalidExpression('the expression ends too early');
  }

  skip(wanted: string): boolean {
    if (this.tokens[this.index]?.toUpperCase() !== wanted) return false;
    this.index += 1;
    return true;
  }

  expect(wanted: string): void {
    const token = this.next();
    if (token !== wanted) invalidExpression(`${wanted} expected, not ${token}`);
  }

  end(): void {
    const token = this.tokens[this.index];
    if (token !== undefined) invalidExpression(`unexpected ${token}`);
  }
}

/** Values of different types are unequal and in no order; so is a missing attribute. */
function compare(
  left: AttributeValue | undefined,
  operator: string,
  right: AttributeValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return operator === '<>' && left !== right;
  const a = comparable(left);
  const b = comparable(right);
  const isSameType = typeof a === typeof b;
  switch (operator) {
    case '=':
      return isSameType && a === b;
    case '<>':
      return !isSameType || a !== b;
    case '<':
      return isSameType && a < b;
    case '<=':
      return isSameType && a <= b;
    case '>':
      return isSameType && a > b;
    case '>=':
      return isSameType && a >= b;
    default:
      return invalidExpression(`${operator} is no comparison`);
  }
}

function comparable(value: AttributeValue): string | number | boolean {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  return notModelled(`comparing the type ${Object.keys(value).join()}`);
}

function invalidExpression(why: string): never {
  throw awsError('dynamodb', 'ValidationException', 400, `Invalid expression: ${why}`);
}
