import { parseArgs } from 'node:util';
import { fuzz } from '../test/support/fuzz.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(
    `npm run fuzz -- [--requests 100000] [--seed 1]

Sends drawn requests through the functions of the API, on a simulated account. It ends with the first answer that is
out of form, fails, or refuses after it changed something, and prints the request.
`,
  );
} else {
  const started = performance.now();
  const { requests, statuses } = await fuzz(Number(values.requests), Number(values.seed), (done) =>
    process.stderr.write(`\r${done} requests`),
  );
  process.stderr.write('\n');
  const seconds = (performance.now() - started) / 1000;
  const counts = Object.entries(statuses).map(([status, count]) => `  ${status}: ${count}`);
  process.stdout.write(
    `${requests} requests in ${seconds.toFixed(0)} s: none crashed, none failed, every refusal is a problem document and changed nothing.\n${counts.join('\n')}\n`,
  );
}
