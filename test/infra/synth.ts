import { spawnSync } from 'node:child_process';
import type { LifecycleConfig } from '../../infra/config.js';
import { once } from '../support/once.js';
import { configs, sampleConfig } from './configs.js';
import type { Made } from './synthesise.js';

export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have no type
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Synthesised extends Pick<Made, 'findings' | 'warnings' | 'acknowledgements'> {
  readonly json: {
    readonly Resources: Readonly<Record<string, Resource>>;
    readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  };
  /** Logical id -> resource. */
  all(type: string): [string, Resource][];
  properties(type: string): Resource['Properties'][];
}

/** By configuration as JSON. CDK takes seconds to load and to check a template, so one process makes them all, once a run. */
const made = new Map(
  Object.entries(
    JSON.parse(
      once('templates', () => {
        const args = ['--import', 'tsx', 'test/infra/synthesise.ts'];
        const { status, stdout, stderr } = spawnSync(process.execPath, args, {
          encoding: 'utf8',
          maxBuffer: 2 ** 28,
        });
        if (status !== 0) throw new Error(`the synthesis ended with ${status}: ${stderr}`);
        return stdout;
      }),
    ) as Record<string, Made | { error: string }>,
  ),
);

/** The stack of one of the configurations in configs.ts. Throws what its synthesis threw. */
export function synthesise(config: LifecycleConfig = sampleConfig): Synthesised {
  const known = made.get(JSON.stringify(config));
  if (!known)
    throw new Error(`configs.ts has ${configs.length} configurations, and not ${JSON.stringify(config)}`);
  if ('error' in known) throw new Error(known.error);
  const json = known.template as Synthesised['json'];
  const all = (type: string) => Object.entries(json.Resources).filter(([, { Type }]) => Type === type);
  return { ...known, json, all, properties: (type) => all(type).map(([, { Properties }]) => Properties) };
}

/** The statements of a policy document. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function listOf<Item>(value: Item | Item[]): Item[] {
  return Array.isArray(value) ? value : [value];
}

/** What the stack is told of the cloud, in place of references: for tests that need text. */
export function resolved(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (intrinsic['Fn::Join']) return intrinsic['Fn::Join'][1].map(resolved).join(intrinsic['Fn::Join'][0]);
  if (intrinsic['Fn::GetAtt']) return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  const pseudo: Record<string, string> = {
    'AWS::AccountId': '123456789012',
    'AWS::Region': 'eu-west-1',
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return pseudo[intrinsic.Ref ?? ''] ?? `<${intrinsic.Ref}>`;
}
