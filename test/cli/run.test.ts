import { beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { Terminal } from './terminal.js';

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});

describe('help', () => {
  test('without a command the help is an error and says what there is', async () => {
    const { code, stdout, stderr } = await terminal.runBare();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const command of [
      'plan',
      'apply',
      'status',
      'rotate',
      'offboard',
      'restore',
      'respond',
      'validate',
      'completion',
    ])
      expect(stderr).toContain(`\n  ${command} `);
  });

  test('help that was asked for is a result', async () => {
    const { code, stdout, stderr } = await terminal.runBare('--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('Exit codes: 0 done');
    expect(stdout).toContain('--endpoint-url <url>');
  });

  test("a command's help shows its own options and those of all", async () => {
    const { code, stdout } = await terminal.runBare('rotate', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--emergency');
    expect(stdout).toContain('--profile <name>');
    expect(stdout).toContain('No secret is printed');
  });

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await terminal.runBare('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('what was mistyped ends with 1 and a hint', () => {
  test.each([
    ['an unknown command', ['frobnicate'], "unknown command 'frobnicate'"],
    ['a command that is nearly right', ['statsu'], 'Did you mean status?'],
    ['an unknown option', ['status', '--fast'], "unknown option '--fast'"],
    ['a missing argument', ['offboard'], "missing required argument 'name'"],
    ['an argument too many', ['restore', 'bob', 'ann'], 'too many arguments'],
    ['a form that there is not', ['status', '--output', 'xml'], 'Allowed choices are table, json'],
  ])('%s', async (_what, argv, message) => {
    const { code, stdout, stderr } = await terminal.runBare(...argv);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).toContain('Add --help to see what it takes.');
  });

  test.each([
    ['rotate', ['rotate'], 'name one user, or say --due'],
    ['rotate with both', ['rotate', 'bob', '--due'], 'name one user, or say --due'],
    ['two kinds of rotation', ['rotate', 'bob', '--emergency', '--reactivate'], 'exclude one another'],
    [
      'two lengths of a quarantine',
      ['offboard', 'bob', '--immediate', '--quarantine', 'P1D'],
      'exclude one another',
    ],
    ['a name that is none', ['rotate', 'a/b'], 'NAME is "a/b": it must be 1 to 64 letters'],
    ['a shell that nobody has', ['completion', 'tcsh'], 'there is no completion for tcsh'],
  ])('%s', async (_what, argv, message) => {
    const { code, stdout, stderr } = await terminal.run(...argv);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`iam-lifecycle: `);
    expect(stderr).toContain(message);
  });

  test('options of all commands may stand before the command too', async () => {
    const { code, stdout } = await terminal.runBare(
      '--embedded',
      'account.json',
      '--output',
      'json',
      'status',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

describe('the configuration', () => {
  test('a configuration that was named and is not there', async () => {
    const { code, stderr } = await terminal.run('status', '--config', 'none.json');
    expect(code).toBe(1);
    expect(stderr).toContain(`there is no configuration ${terminal.file('none.json')}`);
  });
});
