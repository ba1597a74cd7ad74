// Handles batches. Each record fails alone.
//
// - "Handling errors for an SQS event source in Lambda", section "Implementing partial batch responses":
//   https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

import { warn } from '../log.mjs';
import { ring } from '../orders.mjs';

/** Handles all records at the same time, each alone, and then rings all doorbells together. */
export async function processBatch(batch, handle) {
  const failed = new Set();
  const rungBy = new Map();
  await Promise.all(
    batch.Records.map(async ({ messageId, body }) => {
      try {
        for (const bell of await handle(body)) {
          rungBy.set(bell, messageId);
        }
      } catch (error) {
        warn('message failed', { messageId, reason: error.message });
        failed.add(messageId);
      }
    }),
  );
  for (const bell of await unrung([...rungBy.keys()])) {
    failed.add(rungBy.get(bell));
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

async function unrung(bells) {
  try {
    return await ring(bells);
  } catch (error) {
    warn('the doorbells were not rung', { reason: error.message });
    return bells;
  }
}
