import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type LifecycleConfig, parseConfig } from '../../infra/config.js';
import { loadRoster } from '../../infra/load-config.js';
import { createApp } from '../../infra/create-app.js';
import { functionNames } from '../../infra/permissions.js';

export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have no type
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Synthesised {
  readonly app: App;
  readonly template: Template;
  readonly json: {
    readonly Resources: Readonly<Record<string, Resource>>;
    readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  };
  /** Logical id -> resource. */
  all(type: string): [string, Resource][];
  properties(type: string): Resource['Properties'][];
}

/** Three roles in one account, as in the sample configuration. */
export const sampleConfig: LifecycleConfig = {
  roles: {
    data_engineer: 'arn:aws:iam::123456789012:role/DataEngineerRole',
    infrastructure_admin: 'arn:aws:iam::123456789012:role/InfrastructureAdminRole',
    admin: 'arn:aws:iam::123456789012:role/AdminRole',
  },
  notify: ['platform@example.com'],
};

/** Every option that adds a resource or changes one. */
export const fullConfig: LifecycleConfig = {
  ...sampleConfig,
  account: '123456789012',
  region: 'eu-west-1',
  attach: 'groups',
  sessionPin: 'source-identity',
  managedPolicies: [
    { arn: 'arn:aws:iam::aws:policy/AmazonSESFullAccess', actions: ['ses:SendRawEmail'], resources: ['*'] },
  ],
  kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555',
  ssmBasePaths: ['/system_user/', 'mail'],
  keyStoreKmsKeyArns: ['arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-3333-4444-555555555555'],
  adopted: ['arn:aws:iam::123456789012:user/legacy/ci-bot'],
  vpc: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
  api: { jwt: { issuer: 'https://login.example.com', audience: ['lifecycle'] } },
  eventSenders: ['210987654321'],
  eventArchiveDays: 30,
  revokeSessions: { data_engineer: 'report', admin: 'role' },
};

/** With the sample roster, whose people and systems are in no template. */
export const rosterConfig: LifecycleConfig = {
  ...sampleConfig,
  roster: './roster.yaml',
  ssmBasePaths: ['/system_user/', '/mail/'],
};

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
const bundles = mkdtempSync(path.join(tmpdir(), 'bundles-'));
for (const name of functionNames) {
  mkdirSync(path.join(bundles, name));
  writeFileSync(path.join(bundles, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
}

const made = new Map<string, Synthesised>();

/** The stack of a configuration, made once; stand-ins take the place of the bundles. Throws for findings of cdk-nag. */
export function synthesise(config: LifecycleConfig = sampleConfig): Synthesised {
  const key = JSON.stringify(config);
  const known = made.get(key) ?? make(config);
  made.set(key, known);
  return known;
}

function make(config: LifecycleConfig): Synthesised {
  const settings = parseConfig(config);
  const roster = loadRoster(settings, 'lifecycle.config.ts');
  const { app, stack } = createApp(settings, roster, bundles, { context });
  const template = Template.fromStack(stack);
  const json = template.toJSON() as Synthesised['json'];
  const all = (type: string) => Object.entries(json.Resources).filter(([, { Type }]) => Type === type);
  return {
    app,
    template,
    json,
    all,
    properties: (type) => all(type).map(([, { Properties }]) => Properties),
  };
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
