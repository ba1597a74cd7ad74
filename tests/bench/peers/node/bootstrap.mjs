// A minimal runtime: `node bootstrap.mjs <bundle>` asks the Runtime API for invocations and hands them to the bundle's
// `handler`.
//
// AWS does not publish the bootstrap of its managed Node.js runtime for use elsewhere, and its runtime interface client
// is built natively, so this stands in for both. It does less than they do (no log framing, no tracing, no streaming),
// which favours Node in a comparison.
//
// - "Using the Lambda runtime API for custom runtimes", https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// - "Using the Lambda context object to retrieve Node.js function information",
//   https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html

import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { argv, env, exit } from 'node:process';

const [host, port = '80'] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Makes one request to the Runtime API. All requests share one connection. */
function call(method, path, body) {
  return new Promise((done, fail) => {
    const headers =
      body === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const options = { host, port, method, path: `/2018-06-01/runtime/${path}`, agent, headers };
    const asked = request(options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () =>
        done({ headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
      answer.on('error', fail);
    });
    asked.on('error', fail);
    asked.end(body);
  });
}

function described(error) {
  return JSON.stringify({
    errorType: error?.name ?? 'Error',
    errorMessage: error?.message ?? String(error),
    stackTrace: String(error?.stack ?? '').split('\n'),
  });
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

let handler;
try {
  ({ handler } = createRequire(import.meta.url)(resolve(argv[2])));
} catch (error) {
  await call('POST', 'init/error', described(error));
  console.error(error);
  exit(1);
}

for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    await call('POST', `invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await call('POST', `invocation/${id}/error`, described(error));
  }
}
