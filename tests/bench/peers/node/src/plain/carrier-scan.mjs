// `CarrierScan`, with the SDK alone.

import * as events from '../events.mjs';
import * as orders from '../orders.mjs';
import { processBatch } from './batch.mjs';

/** A batch from SQS. */
export const handler = async (batch) =>
  processBatch(batch, (body) => orders.carrierScan(events.carrierScan(body)));
