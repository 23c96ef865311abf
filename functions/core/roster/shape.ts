import { InvalidValue } from '../invalid-value.js';

/** Judges a value that came as JSON; throws InvalidValue, which names the field, for one that is not of the shape. */
export type Shape = (value: unknown, field: string) => void;

/** As much of a wrong value as an error shows. */
const shownCharacters = 80;

function refuse(value: unknown, field: string, rule: string): never {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
  throw new InvalidValue(field, text.slice(0, shownCharacters), rule);
}

/** A text that follows the pattern. */
export function text(says = 'a text', pattern = /^[^]*$/): Shape {
  return (value, field) => {
    if (typeof value !== 'string' || !pattern.test(value)) refuse(value, field, says);
  };
}

export const flag: Shape = (value, field) => {
  if (typeof value !== 'boolean') refuse(value, field, 'true or false');
};

export const count: Shape = (value, field) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    refuse(value, field, 'a whole number, 0 or more');
};

export function oneOf(...values: readonly (string | number)[]): Shape {
  return (value, field) => {
    if (!values.some((one) => one === value)) refuse(value, field, values.join(', '));
  };
}

export function nullable(shape: Shape): Shape {
  return (value, field) => {
    if (value !== null) shape(value, field);
  };
}

export function listOf(shape: Shape): Shape {
  return (value, field) => {
    if (!Array.isArray(value)) refuse(value, field, 'a list');
    for (const [index, element] of value.entries()) shape(element, `${field}[${index}]`);
  };
}

/** Any keys, one shape of value. */
export function mapOf(shape: Shape): Shape {
  return (value, field) => {
    for (const [key, element] of Object.entries(asObject(value, field))) shape(element, `${field}.${key}`);
  };
}

/** An object of anything. */
export const someObject: Shape = (value, field) => {
  asObject(value, field);
};

/** These fields, all of them, and no other. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, field) => {
    const found = asObject(value, field);
    const stranger = Object.keys(found).find((key) => !Object.hasOwn(fields, key));
    if (stranger !== undefined) {
      const names = Object.keys(fields).join(', ');
      refuse(stranger, field, `an object of ${names} and nothing else`);
    }
    for (const [key, shape] of Object.entries(fields)) shape(found[key], `${field}.${key}`);
  };
}

export function asObject(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(value, field, 'an object');
  return value as Readonly<Record<string, unknown>>;
}
