// Handles `LabelCreated` with Powertools for AWS Lambda. A message that cannot be read costs no idempotency record.

import * as events from '../events.mjs';
import * as orders from '../orders.mjs';
import { batchHandler, once } from './wiring.mjs';

const labelCreatedOnce = once(orders.labelCreated);

/** Handles a batch from SQS. */
export const handler = batchHandler(async (body) => {
  const event = events.labelCreated(body);
  await labelCreatedOnce(event.eventId, event);
});
