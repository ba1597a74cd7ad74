// The set-up that both handlers share.
//
// - "Batch Processing", https://docs.aws.amazon.com/powertools/typescript/latest/features/batch/
// - "Idempotency", sections "MakeIdempotent function wrapper" and "Lambda timeouts":
//   https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/
//
// The idempotency key is the event's own id, because EventBridge may put one event into the queue as two messages. The
// idempotency layer uses the client of the work, so that both share connections.

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { warn } from '../log.mjs';
import { dynamodb, ring, TABLE } from '../orders.mjs';

const processor = new BatchProcessor(EventType.SQS);
const persistenceStore = new DynamoDBPersistenceLayer({
  tableName: process.env.IDEMPOTENCY_TABLE ?? `${TABLE}-idempotency`,
  awsSdkV3Client: dynamodb,
});
const config = new IdempotencyConfig({});

/** Makes the work happen once for an event's id. It rings inside, so that a doorbell that is not taken is not remembered as rung. */
export function once(work) {
  const doWork = async (_eventId, event) => {
    const bells = await work(event);
    if (bells.length > 0 && (await ring(bells)).length > 0) {
      throw new Error('a doorbell was not taken');
    }
  };
  return makeIdempotent(doWork, { persistenceStore, config, dataIndexArgument: 0 });
}

/** Makes a handler of batches that handles each record alone. */
export function batchHandler(handle) {
  const recordHandler = async ({ messageId, body }) => {
    try {
      await handle(body);
    } catch (error) {
      warn('message failed', { messageId, reason: error.message });
      throw error;
    }
  };
  return async (batch, context) => {
    config.registerLambdaContext(context);
    // A batch whose only record is bad reports a failed record, as the plain variant does, and does not fail as a
    // whole.
    const options = { context, throwOnFullBatchFailure: false };
    return processPartialResponse(batch, recordHandler, processor, options);
  };
}
