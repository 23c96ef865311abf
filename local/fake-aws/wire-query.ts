import type { Protocol } from './wire-protocol.js';
import { presentMembers, shapeOf, type Schema } from './wire-schema.js';

/**
 * AWS Query, the protocol of IAM and STS: requests are forms with dotted names (`Tags.member.1.Key`), answers are XML.
 * Instants are ISO 8601, blobs are base64.
 */
export function queryProtocol(xmlNamespace: string): Protocol {
  const document = (name: string, content: string): string =>
    `<${name} xmlns="${xmlNamespace}">${content}</${name}>`;
  return {
    contentType: 'text/xml',
    unknownOperation: 'InvalidAction',
    operationOf: ({ body }) => new URLSearchParams(body).get('Action') ?? '',
    input: (schema, body) => fromBranch(schema, unfold(new URLSearchParams(body))) as object,
    result: (operation, schema, output, requestId) => {
      const result = element(`${operation}Result`, toXml(schema, output));
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      return { status: 200, body: document(`${operation}Response`, result + metadata) };
    },
    refusal: ({ status, code, fault, message }, requestId) => {
      const told = element('Type', fault) + element('Code', code) + element('Message', escapeXml(message));
      const body = element('Error', told) + element('RequestId', requestId);
      return { status, body: document('ErrorResponse', body) };
    },
  };
}

/** A form, unfolded at the dots of its names. */
type Branch = ReadonlyMap<string, Leaf | Branch>;
type Leaf = string;

function unfold(form: URLSearchParams): Branch {
  const root = new Map<string, Leaf | Branch>();
  for (const [name, value] of form) {
    const path = name.split('.');
    const leafName = path.pop() ?? '';
    let branch = root;
    for (const step of path) {
      const next = branch.get(step);
      const inner = next instanceof Map ? next : new Map<string, Leaf | Branch>();
      branch.set(step, inner);
      branch = inner;
    }
    branch.set(leafName, value);
  }
  return root;
}

/** Turns a request's form into what the SDK's command was given. */
function fromBranch(schema: Schema, sent: Leaf | Branch): unknown {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'structure': {
      const members = [...shape.members].flatMap(([name, member]) => {
        const held = childOf(sent, name);
        return held === undefined ? [] : [[name, fromBranch(member, held)]];
      });
      return Object.fromEntries(members);
    }
    case 'list':
      return childrenOf(sent, 'member').map((element) => fromBranch(shape.element, element));
    case 'map':
      return Object.fromEntries(
        childrenOf(sent, 'entry').map((entry) => [
          childOf(entry, 'key'),
          fromBranch(shape.value, childOf(entry, 'value') ?? ''),
        ]),
      );
    case 'number':
      return Number(sent);
    case 'boolean':
      return sent === 'true';
    case 'timestamp':
      return new Date(sent as Leaf);
    case 'blob':
      return new Uint8Array(Buffer.from(sent as Leaf, 'base64'));
    case 'string':
      return sent;
  }
}

function childOf(sent: Leaf | Branch, name: string): Leaf | Branch | undefined {
  return typeof sent === 'string' ? undefined : sent.get(name);
}

/** The numbered children under `name`, in the order sent; an empty list is sent as an empty value. */
function childrenOf(sent: Leaf | Branch, name: string): (Leaf | Branch)[] {
  const numbered = childOf(sent, name);
  return numbered instanceof Map ? [...numbered.values()] : [];
}

/** Turns an answer in the SDK's terms into the content of an XML element. */
function toXml(schema: Schema, value: unknown): string {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'structure':
      return [...presentMembers(shape.members, value)]
        .map(([name, member, held]) => element(name, toXml(member, held)))
        .join('');
    case 'list':
      return (value as unknown[]).map((held) => element('member', toXml(shape.element, held))).join('');
    case 'map':
      return Object.entries(value as object)
        .map(([key, held]) => element('key', escapeXml(key)) + element('value', toXml(shape.value, held)))
        .map((entry) => element('entry', entry))
        .join('');
    case 'timestamp':
      return (value as Date).toISOString().replace('.000Z', 'Z');
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

function escapeXml(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => entities[character] ?? character);
}
