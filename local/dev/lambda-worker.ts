import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { Outcome } from '../lambda-process.js';

/** One invocation, as the process of a function is told of it. */
export interface Work {
  readonly module: string;
  readonly exportName: string;
  readonly functionArn: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

async function answer({ module, exportName, functionArn, event, timeoutMs }: Work): Promise<Outcome> {
  const { AWS_LAMBDA_FUNCTION_MEMORY_SIZE, AWS_LAMBDA_LOG_GROUP_NAME, AWS_LAMBDA_LOG_STREAM_NAME } =
    process.env;
  const endsAt = Date.now() + timeoutMs;
  const context: Partial<Context> = {
    functionName: functionArn.split(':').at(-1)!,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE!,
    awsRequestId: crypto.randomUUID(),
    logGroupName: AWS_LAMBDA_LOG_GROUP_NAME!,
    logStreamName: AWS_LAMBDA_LOG_STREAM_NAME!,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  try {
    const loaded = (await import(pathToFileURL(module).href)) as Record<
      string,
      (event: unknown, context: unknown) => Promise<unknown>
    >;
    return { result: (await loaded[exportName]!(event, context)) ?? null };
  } catch (error) {
    const { name, message } = error as Error;
    return { error: { name, message } };
  }
}

process.on('message', (work: Work) => {
  void answer(work).then((outcome) => process.send!(outcome));
});
// Ctrl-C reaches every process of the terminal; this one ends when its parent says so, or is gone.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
