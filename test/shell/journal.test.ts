import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Redacted } from '../../functions/aws/redacted.js';
import { cloudJournal, metrics } from '../../functions/shell/journal.js';
import { alice, currentKey } from '../support/account.js';

let written: string[] = [];

beforeEach(() => {
  written = [];
  // The logger writes through console methods outside of Lambda and through the streams inside; both are caught.
  const keep = (text: unknown): boolean => {
    written.push(String(text));
    return true;
  };
  for (const level of ['info', 'warn', 'error', 'log'] as const)
    jest.spyOn(console, level).mockImplementation((text: unknown) => void keep(text));
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});

afterEach(() => {
  metrics.clearMetrics();
  jest.restoreAllMocks();
});

function lines(): Record<string, unknown>[] {
  return written.map((text) => JSON.parse(text) as Record<string, unknown>);
}

const step = { step: 'DeactivateKey', user: alice, keyId: currentKey, recordAt: null } as const;
const entry = { functionName: 'rotate', userName: 'alice', phase: 'Overlap', step, why: 'it is quiet' };

describe('a value under the name of a secret is not logged', () => {
  test.each([
    'secretAccessKey',
    'SecretAccessKey',
    'SecretString',
    'sessionToken',
    'SessionToken',
    'password',
    'NewPassword',
    'Authorization',
  ])('%s', (name) => {
    cloudJournal.note('a note', { [name]: 'hunter2', deep: [{ [name]: 'hunter2' }], kept: 'in sight' });
    expect(lines()).toMatchObject([
      { message: 'a note', [name]: '[secret]', deep: [{ [name]: '[secret]' }], kept: 'in sight' },
    ]);
    expect(written.join('')).not.toContain('hunter2');
  });

  test('nor is one that redacts itself, under whatever name', () => {
    cloudJournal.note('a note', { key: new Redacted('hunter2') });
    expect(lines()).toMatchObject([{ key: '[secret]' }]);
  });

  test('nor is one that hangs on an error', () => {
    const error = Object.assign(new Error('refused'), {
      SecretString: 'hunter2',
      key: new Redacted('hunter2'),
    });
    cloudJournal.failed(entry, error);
    expect(written.join('')).toContain('refused');
    expect(written.join('')).not.toContain('hunter2');
  });
});

describe('a line of the log', () => {
  test('of a step that was done says what, to whom and why', () => {
    cloudJournal.done(entry);
    expect(lines()).toMatchObject([
      {
        level: 'INFO',
        message: `deactivate ${currentKey}`,
        service: 'iam-lifecycle',
        functionName: 'rotate',
        userName: 'alice',
        phase: 'Overlap',
        step: 'DeactivateKey',
        why: 'it is quiet',
      },
    ]);
  });

  test('of a step that failed has the error', () => {
    cloudJournal.failed(entry, new TypeError('no'));
    expect(lines()).toMatchObject([
      {
        level: 'ERROR',
        message: `failed to deactivate ${currentKey}`,
        step: 'DeactivateKey',
        error: { name: 'TypeError', message: 'no' },
      },
    ]);
  });

  test('of something that a person must look at is a warning and a metric', () => {
    cloudJournal.attention('Blocked', 'alice', 'two strangers');
    expect(lines()).toMatchObject([
      { level: 'WARN', message: 'two strangers', kind: 'Blocked', userName: 'alice' },
    ]);
    expect(metrics.hasStoredMetrics()).toBe(true);
    const { Blocked, AttentionBlocked } = metrics.serializeMetrics() as unknown as Record<string, unknown>;
    expect([Blocked, AttentionBlocked]).toEqual([undefined, 1]);
  });

  test('of where a run came to rest is a line and a metric', () => {
    cloudJournal.outcome({
      functionName: 'rotate',
      userName: 'alice',
      phase: 'Settled',
      why: 'young',
      steps: 0,
    });
    expect(lines()).toMatchObject([{ level: 'INFO', message: 'alice: Settled', phase: 'Settled', steps: 0 }]);
    expect(metrics.serializeMetrics()).toMatchObject({ OutcomeSettled: 1 });
  });

  test('is none for a measure alone', () => {
    cloudJournal.measure('OldestKeyAge', 7, 'Seconds');
    expect(written).toEqual([]);
    expect(metrics.serializeMetrics()).toMatchObject({ OldestKeyAge: 7 });
  });
});
