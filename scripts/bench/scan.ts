import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { dayMs, formatInstant } from '../../functions/core/instants.js';
import { parseAccessKeyId, parseUserName, secretNameOf, versionIdOf } from '../../functions/core/names.js';
import { tag } from '../../functions/core/tags.js';
import { Invocation } from '../../local/fake-aws/fake-aws.js';
import { createRecorder } from '../../local/sim/recorder.js';
import { type Simulation, simulate, surroundingsCaller } from '../../local/simulation.js';

export interface ScanCost {
  readonly users: number;
  readonly calls: number;
  /** Of these, how often it was asked whether the credential report is ready: that takes AWS as long as it takes. */
  readonly polls: number;
  readonly writes: number;
  /** Of real time; the simulated account answers in microseconds, so this is our own share. */
  readonly seconds: number;
  /** The most that the process held, the simulated account in it, in MB. */
  readonly peakMb: number;
}

const startAt = Date.parse('2026-01-01T00:00:00Z');

/** One scan of an account of steady users. */
export async function scanCost(users: number): Promise<ScanCost> {
  const clock = (): Simulation['clock'] => simulation.clock;
  const simulation: Simulation = await simulate({
    startAt,
    journal: createRecorder(clock),
    account: { latencyMs: () => 0 },
  });
  await simulation.clock.run(() => populate(simulation, users));
  simulation.account.clearCalls();
  const from = performance.now();
  await simulation.clock.run(() => simulation.system.scan());
  const seconds = (performance.now() - from) / 1000;
  const calls = simulation.account.calls.filter(({ caller }) => caller === 'scan');
  return {
    users,
    calls: calls.length,
    polls: calls.filter(({ operation }) => operation === 'GenerateCredentialReport').length,
    writes: calls.filter(({ mutating }) => mutating).length,
    seconds,
    peakMb: process.resourceUsage().maxRSS / 1000,
  };
}

/** Users as onboarding leaves them, ten days old. */
async function populate({ account, clock, env }: Simulation, users: number): Promise<void> {
  const { iam, secretsManager } = account.clients(new Invocation(surroundingsCaller));
  for (let index = 0; index < users; index += 1) {
    const name = parseUserName(`user-${index}`);
    const Tags = [
      { Key: tag.managed, Value: 'true' },
      { Key: tag.mintIntent, Value: formatInstant(clock.now()) },
    ];
    await iam.send(
      new CreateUserCommand({
        UserName: name,
        Path: env.USER_PATH,
        PermissionsBoundary: env.BOUNDARY_ARN,
        Tags,
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const ClientRequestToken = versionIdOf(parseAccessKeyId(AccessKey!.AccessKeyId!));
    await secretsManager.send(
      new CreateSecretCommand({ Name: secretNameOf(name), ClientRequestToken, SecretString: '{}' }),
    );
  }
  await clock.sleep(10 * dayMs);
}
