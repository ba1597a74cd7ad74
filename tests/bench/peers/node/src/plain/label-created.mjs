// Handles `LabelCreated` with only the SDK.

import * as events from '../events.mjs';
import * as orders from '../orders.mjs';
import { processBatch } from './batch.mjs';

/** Handles a batch from SQS. */
export const handler = async (batch) =>
  processBatch(batch, (body) => orders.labelCreated(events.labelCreated(body)));
