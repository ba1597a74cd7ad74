// The work that both variants share: orders and tracking numbers in one table, and the doorbells of the channels'
// senders.
//
// The clients are made once, while the sandbox starts; the SDK keeps their connections by default:
// - "Best practices for working with AWS Lambda functions",
// https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
// - "Reuse connections with keep-alive in Node.js",
//   https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-reusing-connections.html
//
// A refusal by a condition brings the present item, which saves a read:
// - "PutItem", `ReturnValuesOnConditionCheckFailure`,
//   https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html

import { crc32 } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { HOUR_MS, Refused } from './events.mjs';

export const TABLE = process.env.TABLE_NAME;
const QUEUES = Object.fromEntries(
  ['amazon', 'ebay', 'wish', 'back_market', 'groupon', 'until_gone'].map((channel) => [
    channel,
    process.env[`${channel.toUpperCase()}_QUEUE_URL`],
  ]),
);

const FORMAT = 1;
const DAY_S = 24 * 3_600;
const ORDER_LIVES_S = 180 * DAY_S;
const TRACKING_LIVES_S = 180 * DAY_S;
const ORPHAN_LIVES_S = 30 * DAY_S;

// Number of shards of the index `due`, and when a ready order is looked at again in case its doorbell was lost.
const DUE_SHARDS = 16;
const RING_AGAIN_MS = 5 * 60_000;

// Carriers reuse numbers: a scan older than this before the label is another parcel's.
const MOVEMENT_BEFORE_LABEL_MAX_MS = 24 * HOUR_MS;

const RACES_MAX = 8;
const TIMELINE_MAX = 20;
const MOVEMENTS_MAX = 10;
// Most messages of one batch. Source: SQS quotas.
const BATCH_MAX = 10;

// States in which nothing was sent yet, so that a new label starts a new decision.
const OPEN = new Set(['waiting_movement', 'ready', 'withheld']);

export const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

/** Others changed the same item at the same time. The queue will bring the event again. */
export class Conflict extends Error {}

/** Puts the label into its order. Returns the doorbell to ring if the order can be sent at once. */
export async function labelCreated(event) {
  const now = Date.now();
  const partner = await get(`S#${event.sellerId}`, `PARTNER#${event.partnerId}`);
  if (partner === undefined) {
    throw new Refused('detail.partner_id: there is no such partner');
  }
  const { channel } = partner.settings;
  const movements = await takeOver(event, now);
  let stored;
  for (let race = 0; race < RACES_MAX; race += 1) {
    const order = withLabel(stored, event, { channel, timing: partner.timing }, movements, now);
    if (order === undefined) {
      return [];
    }
    try {
      await put(order, stored?.v);
    } catch (error) {
      stored = foundBy(error);
      continue;
    }
    const isReady = order.pkg[event.packageId].st === 'ready';
    return isReady ? [doorbell(channel, event.sellerId, event.partnerId, event.orderId)] : [];
  }
  throw new Conflict(`order ${event.orderId} keeps changing`);
}

/** Applies the movement to every order of the number. If there is none, stores the movement for a label that comes later. */
export async function carrierScan(event) {
  if (!event.isMovement) {
    return [];
  }
  const now = Date.now();
  const movement = { at: event.occurredAt, is: event.status, got: now, ev: event.eventId };
  for (let race = 0; race < RACES_MAX; race += 1) {
    const tracking = (await get(trackingPk(event), 'TRACKING')) ?? {};
    if (tracking.orders !== undefined) {
      const moves = [...tracking.orders].map((name) => move(event, name, movement, now));
      return (await Promise.all(moves)).flat();
    }
    if (await note(event, tracking.movements ?? [], movement, now)) {
      return [];
    }
  }
  throw new Conflict(`tracking number ${event.trackingNumber} keeps changing`);
}

/** Rings, ten doorbells at a time. Returns the doorbells that the queue did not take. */
export async function ring(bells) {
  const batches = Object.values(Object.groupBy(bells, (bell) => bell.channel)).flatMap(inTens);
  const failed = await Promise.all(
    batches.map(async (batch) => {
      const answer = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: QUEUES[batch[0].channel],
          Entries: batch.map((bell, place) => ({
            Id: String(place),
            MessageBody: bell.body,
            MessageGroupId: bell.sellerId,
          })),
        }),
      );
      return (answer.Failed ?? []).map((entry) => batch[Number(entry.Id)]);
    }),
  );
  return failed.flat();
}

function inTens(bells) {
  const batches = [];
  for (let start = 0; start < bells.length; start += BATCH_MAX) {
    batches.push(bells.slice(start, start + BATCH_MAX));
  }
  return batches;
}

/** The message "look at this order" for the sender of its channel. It has keys and no facts. */
function doorbell(channel, sellerId, partnerId, orderId) {
  const body = JSON.stringify({ v: 1, seller: sellerId, partner: partnerId, order: orderId });
  return { channel, sellerId, body };
}

function trackingPk(event) {
  return `S#${event.sellerId}#T#${event.trackingNumber}`;
}

function orderPk(sellerId, partnerId, orderId) {
  return `S#${sellerId}#P#${partnerId}#O#${orderId}`;
}

/** Adds the order to its tracking number. Returns the movements that the number already has. */
async function takeOver(event, now) {
  const ownName = `${event.partnerId}#${event.orderId}`;
  const answer = await dynamodb.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: key(trackingPk(event), 'TRACKING'),
      UpdateExpression: 'ADD orders :one SET #format = :format, expires_at = :until',
      ExpressionAttributeNames: { '#format': 'format' },
      ExpressionAttributeValues: marshall({
        ':one': new Set([ownName]),
        ':format': FORMAT,
        ':until': seconds(now) + TRACKING_LIVES_S,
      }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  const tracking = unmarshall(answer.Attributes);
  const others = [...tracking.orders].filter((name) => name !== ownName);
  const read = await Promise.all(
    others.map((name) => get(orderPk(event.sellerId, ...name.split('#')), 'ORDER')),
  );
  const packages = read.flatMap((order) => Object.values(order?.pkg ?? {}));
  const moved = packages.filter(
    (one) => one.mov !== undefined && one.lbl.trk === event.trackingNumber,
  );
  return [...(tracking.movements ?? []), ...moved.map((one) => one.mov)];
}

/** The order with the label in it. Nothing if the label changes nothing. */
function withLabel(stored, event, { channel, timing }, movements, now) {
  const former = stored?.pkg[event.packageId];
  if (former !== undefined && !isNewer(event, former.lbl)) {
    return undefined;
  }
  const keepsMovement = former?.mov !== undefined && former.lbl.trk === event.trackingNumber;
  const known = keepsMovement ? [...movements, former.mov] : movements;
  const isSent = former !== undefined && !OPEN.has(former.st);
  // What was sent stays, and a person has to look.
  const next = isSent ? { ...former, superseded: true } : packageOf(event, timing, known, now);
  const pk = orderPk(event.sellerId, event.partnerId, event.orderId);
  const order = stored ?? {
    pk,
    sk: 'ORDER',
    format: FORMAT,
    v: 0,
    ch: channel,
    partner: `S#${event.sellerId}#P#${event.partnerId}`,
    seen_at: now,
    pkg: {},
    tl: [],
  };
  const isReady = next.st === 'ready';
  const changes = [{ t: now, p: event.packageId, w: 'labelled', n: event.labelId }];
  if (isReady) {
    changes.push({ t: now, p: event.packageId, w: 'ready' });
  }
  return {
    ...order,
    v: order.v + 1,
    pkg: { ...order.pkg, [event.packageId]: next },
    tl: [...order.tl, ...changes].slice(-TIMELINE_MAX),
    ...(isReady && { due_shard: shard(pk), due_at: now + RING_AGAIN_MS }),
    expires_at: seconds(now) + ORDER_LIVES_S,
  };
}

function isNewer(event, label) {
  return event.labeledAt === label.at ? event.labelId > label.id : event.labeledAt > label.at;
}

function packageOf(event, timing, movements, now) {
  const lbl = {
    at: event.labeledAt,
    id: event.labelId,
    trk: event.trackingNumber,
    car: event.carrier,
    svc: event.service,
    it: event.items,
    tm: timing,
    got: now,
    ev: event.eventId,
    ...(event.trackingUrl !== undefined && { url: event.trackingUrl }),
    ...(event.shipBy !== undefined && { by: event.shipBy }),
  };
  const [mov] = movements
    .filter((movement) => isOfLabel(movement, lbl))
    .sort((one, other) => one.at - other.at);
  return { lbl, ...(mov !== undefined && { mov }), st: stateOf(timing, mov) };
}

function stateOf(timing, movement) {
  if (timing === 'never') {
    return 'withheld';
  }
  const isDue = timing === 'when_tracking_is_assigned' || movement !== undefined;
  return isDue ? 'ready' : 'waiting_movement';
}

function isOfLabel(movement, label) {
  return label.at - movement.at <= MOVEMENT_BEFORE_LABEL_MAX_MS;
}

/** Makes the packages ready that wait for this movement, if the order still has the version that was read. */
async function move(event, name, movement, now) {
  const [partnerId, orderId] = name.split('#');
  const pk = orderPk(event.sellerId, partnerId, orderId);
  let order = await get(pk, 'ORDER');
  for (let race = 0; race < RACES_MAX; race += 1) {
    if (order === undefined) {
      // The label of this order is just being handled.
      throw new Conflict(`order ${orderId} is not there yet`);
    }
    const moved = Object.entries(order.pkg)
      .filter(
        ([, { st, lbl }]) =>
          st === 'waiting_movement' && lbl.trk === event.trackingNumber && isOfLabel(movement, lbl),
      )
      .map(([packageId]) => packageId);
    if (moved.length === 0) {
      return [];
    }
    try {
      await makeReady(order, moved, movement, now);
    } catch (error) {
      order = foundBy(error);
      continue;
    }
    return [doorbell(order.ch, event.sellerId, partnerId, orderId)];
  }
  throw new Conflict(`order ${orderId} keeps changing`);
}

async function makeReady(order, moved, movement, now) {
  const changes = moved.map((packageId) => ({ t: now, p: packageId, w: 'ready' }));
  const packages = moved
    .map((_, place) => `, pkg.#p${place}.st = :ready, pkg.#p${place}.mov = :movement`)
    .join('');
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: key(order.pk, 'ORDER'),
      UpdateExpression: `SET v = :next, tl = :tl, due_shard = :shard, due_at = :due, expires_at = :until${packages}`,
      ConditionExpression: 'v = :read',
      ExpressionAttributeNames: Object.fromEntries(moved.map((id, place) => [`#p${place}`, id])),
      ExpressionAttributeValues: marshall({
        ':read': order.v,
        ':next': order.v + 1,
        ':tl': [...order.tl, ...changes].slice(-TIMELINE_MAX),
        ':shard': shard(order.pk),
        ':due': now + RING_AGAIN_MS,
        ':until': seconds(now) + ORDER_LIVES_S,
        ':ready': 'ready',
        ':movement': movement,
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
}

/** Stores a movement that came before its label. Returns false if a label or another scan was faster. */
async function note(event, before, movement, now) {
  if (before.some((known) => known.at === movement.at && known.is === movement.is)) {
    return true;
  }
  const isFirst = before.length === 0;
  const unchanged = isFirst ? 'attribute_not_exists(movements)' : 'movements = :before';
  const movements = [...before, movement].sort((one, other) => one.at - other.at);
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: key(trackingPk(event), 'TRACKING'),
        UpdateExpression: 'SET movements = :movements, #format = :format, expires_at = :until',
        ConditionExpression: `attribute_not_exists(orders) AND ${unchanged}`,
        ExpressionAttributeNames: { '#format': 'format' },
        ExpressionAttributeValues: marshall({
          ':movements': movements.slice(-MOVEMENTS_MAX),
          ':format': FORMAT,
          ':until': seconds(now) + ORPHAN_LIVES_S,
          ...(!isFirst && { ':before': before }),
        }),
      }),
    );
  } catch (error) {
    foundBy(error);
    return false;
  }
  return true;
}

function seconds(ms) {
  return Math.floor(ms / 1_000);
}

function shard(pk) {
  return crc32(pk) % DUE_SHARDS;
}

function key(pk, sk) {
  return { pk: { S: pk }, sk: { S: sk } };
}

async function get(pk, sk) {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: TABLE, Key: key(pk, sk), ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
}

async function put(order, read) {
  const condition =
    read === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'v = :read',
          ExpressionAttributeValues: marshall({ ':read': read }),
        };
  await dynamodb.send(
    new PutItemCommand({
      TableName: TABLE,
      Item: marshall(order),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...condition,
    }),
  );
}

/** The present item, if a condition failed. Any other error is thrown again. */
function foundBy(error) {
  if (error instanceof ConditionalCheckFailedException) {
    return error.Item && unmarshall(error.Item);
  }
  throw error;
}
