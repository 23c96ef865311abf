import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type LifecycleConfig, parseConfig } from '../../infra/config.js';
import { createApp } from '../../infra/create-app.js';
import { loadRoster } from '../../infra/load-config.js';
import { functionNames } from '../../infra/permissions.js';
import { configs } from './configs.js';

/** What a configuration comes to. */
export interface Made {
  readonly template: object;
  /** Rules of cdk-nag that are broken and were not acknowledged, with the constructs that break them. */
  readonly findings: readonly (readonly [rule: string, constructs: readonly (string | undefined)[]])[];
  /** What whoever deploys is told. */
  readonly warnings: readonly string[];
  /** Findings of cdk-nag with the reasons why they are taken, in the order of the constructs. */
  readonly acknowledgements: readonly (readonly [finding: string, reason: string])[];
}

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };

/** Synthesises every configuration, with stand-ins in place of the bundles, and prints what each came to, or its error. */
function main(): void {
  const bundles = mkdtempSync(path.join(tmpdir(), 'bundles-'));
  for (const name of functionNames) {
    mkdirSync(path.join(bundles, name));
    writeFileSync(path.join(bundles, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
  }
  const made = configs.map((config) => [JSON.stringify(config), madeOrError(config, bundles)] as const);
  rmSync(bundles, { recursive: true });
  process.stdout.write(JSON.stringify(Object.fromEntries(made)));
}

function madeOrError(config: LifecycleConfig, bundles: string): Made | { error: string } {
  try {
    return make(config, bundles);
  } catch (error) {
    return { error: String(error) };
  }
}

function make(config: LifecycleConfig, bundles: string): Made {
  const settings = parseConfig(config);
  const { app, stack } = createApp(settings, loadRoster(settings, 'lifecycle.config.ts'), bundles, {
    context,
  });
  const template = Template.fromStack(stack).toJSON();
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return {
    template,
    findings: violations.map(({ ruleName, violatingResources }) => [
      ruleName,
      violatingResources.map(({ constructPath }) => constructPath),
    ]),
    warnings: app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => String(data)),
    acknowledgements: app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>)),
  };
}

main();
