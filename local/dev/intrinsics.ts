import { UnsupportedTemplate } from './template.js';

/** What a resource that was made answers to Ref, and to Fn::GetAtt by attribute. */
export interface Made {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Puts values in the place of Ref, Fn::GetAtt, Fn::Join and Fn::Sub, as far as they are known. */
export class Resolver {
  private readonly made = new Map<string, Made>();

  /** Pseudo parameters and parameters, by name. */
  constructor(private readonly parameters: ReadonlyMap<string, string>) {}

  add(id: string, made: Made): void {
    this.made.set(id, made);
  }

  /** A value that must be text in the end. `at` says where it stands, for the error. */
  text(value: unknown, at: string): string {
    const resolved = this.deep(value, at);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new UnsupportedTemplate(`${at}: ${JSON.stringify(value)} is not text`);
  }

  /** Any value, with all that it holds. */
  deep(value: unknown, at: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.deep(item, at));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? ['', undefined];
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::')))
      return this.call(name, argument, at);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.deep(item, at)]));
  }

  private call(name: string, argument: unknown, at: string): string {
    const parts: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
    switch (name) {
      case 'Ref':
        return this.ref(String(argument), at);
      case 'Fn::GetAtt':
        return this.attribute(String(parts[0]), String(parts[1]), at);
      case 'Fn::Join':
        return (parts[1] as readonly unknown[])
          .map((part) => this.text(part, at))
          .join(this.text(parts[0], at));
      case 'Fn::Sub':
        return this.substitute(String(parts[0]), (parts[1] ?? {}) as Readonly<Record<string, unknown>>, at);
      default:
        throw new UnsupportedTemplate(`${at}: ${name} is not supported`);
    }
  }

  private substitute(text: string, own: Readonly<Record<string, unknown>>, at: string): string {
    return text.replaceAll(/\$\{(!?)([^}]*)\}/g, (_all, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(own, name)) return this.text(own[name], at);
      const [id, attribute] = splitOnce(name, '.');
      return attribute === undefined ? this.ref(id, at) : this.attribute(id, attribute, at);
    });
  }

  private ref(id: string, at: string): string {
    return (
      this.parameters.get(id) ??
      this.made.get(id)?.ref ??
      unknown(`${at}: nothing on this machine stands for ${id}`)
    );
  }

  private attribute(id: string, name: string, at: string): string {
    return (
      this.made.get(id)?.attributes?.[name] ??
      unknown(`${at}: nothing on this machine stands for ${name} of ${id}`)
    );
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

function unknown(message: string): never {
  throw new UnsupportedTemplate(message);
}
