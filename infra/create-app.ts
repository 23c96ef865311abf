import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Roster } from '../functions/core/roster/roster.js';
import type { Settings } from './config.js';
import { prefix, stackId } from './names.js';
import { LifecycleStack } from './stack.js';

/** The app with its one stack, checked against AWS Solutions. A finding that nobody has acknowledged fails the synthesis. */
export function createApp(
  settings: Settings,
  roster: Roster | null,
  bundles: string,
  appProps: AppProps = {},
): { app: App; stack: LifecycleStack } {
  // cdk-nag reads a deprecated property of every bus policy, and CDK would say so on every synthesis.
  process.env.JSII_DEPRECATED ??= 'quiet';
  const app = new App(appProps);
  const { account, region } = settings;
  const stack = new LifecycleStack(app, stackId, {
    stackName: prefix,
    description: 'The life of IAM users: onboarding, key rotation, offboarding',
    settings,
    roster,
    bundles,
    terminationProtection: true,
    ...(account && region ? { env: { account, region } } : {}),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}
