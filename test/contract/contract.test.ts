import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { type Step, run } from '@redocly/respect-core';
import { parse } from 'yaml';
import { openApiDocument } from '../../functions/shell/openapi.js';
import { Dev } from '../local/dev/dev-process.js';

/**
 * The API held to its own OpenAPI document by programs that were not written here: Redocly's linter reads the document,
 * Redocly's Respect makes requests from it for every operation and judges every answer by it.
 */

const script = 'test/contract/api.arazzo.yaml';
const written = openApiDocument('https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
};
let dev: Dev;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'contract-'));
  dev = await Dev.start(['--visibility', '3', '--env', 'LEASE=PT3S', '--env', 'SETTLE=PT1S']);
}, 90_000);
afterAll(async () => {
  dev.child.kill();
  await rm(folder, { recursive: true });
});

const silent = (): void => undefined;

/** Runs workflows of the script against the dev server; answers Respect's verdict and what it has against each step. */
async function drive(document: string, workflow: readonly string[]) {
  await writeFile(path.join(folder, 'openapi.json'), document);
  const file = path.join(folder, 'api.arazzo.yaml');
  await writeFile(file, await readFile(script));
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
  };
  const logger = { info: silent, warn: say, error: say, output: say, printNewLine: silent };
  const [result] = await run({
    files: [file],
    workflow: [...workflow],
    server: `api=${dev.url}`,
    config: await createConfig({}),
    maxSteps: 100,
    maxFetchTimeout: 40_000,
    executionTimeout: 100_000,
    requestFileLoader: { getFileBody: () => Promise.reject(new Error('no step sends a file')) },
    logger: { ...logger, printSeparator: silent, indent: (text: string) => text },
    fetch,
  });
  const { hasProblems, hasWarnings, executedWorkflows } = result!;
  const steps = executedWorkflows.flatMap(({ executedSteps }) => executedSteps as Step[]);
  // A step that may be repeated breaks what the script expects until it does not: that is in the verdict.
  const broken = steps.flatMap(({ stepId, checks }) =>
    checks
      .filter(({ passed, name }) => !passed && name !== 'success criteria check')
      .map(({ name, message }) => `${stepId}: ${name}: ${message}`),
  );
  return { verdict: { hasProblems, hasWarnings, broken }, steps, said: said.join('') };
}

test('the document is OpenAPI 3.1 without a finding', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const source = JSON.stringify(written);
  const findings = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  expect(findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

test('the script drives every operation, and expects every refusal that a caller can bring about', async () => {
  const { workflows } = parse(await readFile(script, 'utf8')) as {
    workflows: { steps: { operationId: string; successCriteria: { condition: string }[] }[] }[];
  };
  const steps = workflows.flatMap((workflow) => workflow.steps);
  const known = Object.values(written.paths).flatMap((methods) => Object.values(methods));
  expect([...new Set(steps.map(({ operationId }) => operationId))].toSorted()).toEqual(
    known.map(({ operationId }) => operationId).toSorted(),
  );
  const statuses = steps.map(({ successCriteria: [first] }) => Number(first!.condition.split(' ').at(-1)));
  expect([...new Set(statuses)].toSorted()).toEqual([200, 201, 202, 400, 404, 409, 412, 415, 422, 428]);
});

test.each<[what: string, change: (document: string) => string, finding: string]>([
  ['schema', (text) => text.replace('"const":"ok"', '"const":"well"'), 'health: schema check'],
  [
    'media type',
    (text) => text.replaceAll('application/problem+json', 'application/problem+xml'),
    'nobody: content-type check',
  ],
  [
    'status',
    (text) => text.replace(/("operationId":"listUsers".*?"responses":\{)"200"/, '$1"203"'),
    'empty-list: status code check',
  ],
])(
  'an answer of another %s than the document says is found',
  async (_, change, finding) => {
    const { body } = await dev.call('GET', '/openapi.json');
    const { verdict } = await drive(change(JSON.stringify(body)), ['look']);
    expect(verdict.hasProblems).toBe(true);
    expect(verdict.broken).toEqual([expect.stringContaining(`${finding}:`)]);
  },
  60_000,
);

test('every answer of the dev server is as the document says that it serves', async () => {
  const { body } = await dev.call('GET', '/openapi.json');
  const { verdict, steps, said } = await drive(JSON.stringify(body), ['look', 'life']);
  expect({ ...verdict, said: verdict.hasProblems ? said : '' }).toEqual({
    hasProblems: false,
    hasWarnings: false,
    broken: [],
    said: '',
  });
  // The status, the media type, the schema, and what the script expects.
  for (const { stepId, checks } of steps) expect([stepId, checks.length >= 4]).toEqual([stepId, true]);
}, 120_000);
