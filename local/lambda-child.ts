import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { Invocation, Outcome } from './lambda-process.js';

/** Runs one invocation of a bundle, in a process of its own: what it logs goes where its parent wants it, its answer to the parent. */
async function answer({ bundle, event, functionName, timeoutMs }: Invocation): Promise<Outcome> {
  const endsAt = Date.now() + timeoutMs;
  const context: Partial<Context> = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env.AWS_REGION}:${process.env.ACCOUNT_ID}:function:${functionName}`,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE!,
    awsRequestId: crypto.randomUUID(),
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME!,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME!,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  try {
    const { handler } = (await import(pathToFileURL(bundle).href)) as {
      handler: (event: unknown, context: unknown) => Promise<unknown>;
    };
    return { result: (await handler(event, context)) ?? null };
  } catch (error) {
    const { name, message } = error as Error;
    return { error: { name, message } };
  }
}

/** Lambda freezes a process that has answered; whatever the handler left open must not hold this one. */
const tell = (outcome: Outcome) => process.send!(outcome, () => process.exit());

process.once('message', (invocation: Invocation) => {
  void answer(invocation).then(tell);
});
