// Handles `CarrierScan` with Powertools for AWS Lambda. A message that cannot be read, or is no movement, costs no
// idempotency record.

import * as events from '../events.mjs';
import * as orders from '../orders.mjs';
import { batchHandler, once } from './wiring.mjs';

const carrierScanOnce = once(orders.carrierScan);

/** Handles a batch from SQS. */
export const handler = batchHandler(async (body) => {
  const event = events.carrierScan(body);
  if (event.isMovement) {
    await carrierScanOnce(event.eventId, event);
  }
});
