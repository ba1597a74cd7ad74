// Reads the EventBridge envelope in an SQS body into an event, or refuses it and names the wrong field.

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

// Longest text, in characters, and most lines of a label.
const TEXT_MAX = 200;
const ITEMS_MAX = 100;
const QUANTITY_MAX = 9_999;

// How far ahead of our clock a time may be; carriers send local times.
const LABEL_AHEAD_MAX_MS = 10 * MINUTE_MS;
const SCAN_AHEAD_MAX_MS = 24 * HOUR_MS;

const MOVEMENTS = new Set([
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'available_for_pickup',
  'delivery_attempted',
  'delivered',
  'returned',
]);
const STATUSES = new Set([
  ...MOVEMENTS,
  'label_created',
  'pickup_requested',
  'pre_transit',
  'exception',
  'cancelled',
  'unknown',
]);

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const TRACKING_NUMBER = /^[A-Z0-9]{5,40}$/;
const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** The refusal of an event. Its message names the wrong field. */
export class Refused extends Error {}

/** Reads a `LabelCreated` event. Times are milliseconds since the epoch; items are in their stored form. */
export function labelCreated(body) {
  const { eventId, detail } = envelope(body, 'LabelCreated');
  const labeledAt = time(detail, 'labeled_at');
  checkNotAhead('labeled_at', labeledAt, LABEL_AHEAD_MAX_MS);
  return {
    eventId,
    sellerId: id(detail, 'seller_id'),
    partnerId: id(detail, 'partner_id'),
    orderId: id(detail, 'order_id'),
    packageId: id(detail, 'package_id'),
    labelId: id(detail, 'label_id'),
    carrier: text(detail, 'carrier'),
    service: text(detail, 'service'),
    trackingNumber: trackingNumber(detail),
    trackingUrl: url(detail),
    labeledAt,
    shipBy: detail.ship_by == null ? undefined : time(detail, 'ship_by'),
    items: items(detail),
  };
}

/** Reads a `CarrierScan` event. */
export function carrierScan(body) {
  const { eventId, detail } = envelope(body, 'CarrierScan');
  const { status } = detail;
  if (!STATUSES.has(status)) {
    throw new Refused('detail.status: is not a status');
  }
  text(detail, 'carrier');
  const occurredAt = time(detail, 'occurred_at');
  checkNotAhead('occurred_at', occurredAt, SCAN_AHEAD_MAX_MS);
  return {
    eventId,
    sellerId: id(detail, 'seller_id'),
    trackingNumber: trackingNumber(detail),
    status,
    // True if the carrier physically has the parcel.
    isMovement: MOVEMENTS.has(status),
    occurredAt,
  };
}

function envelope(body, detailType) {
  let read;
  try {
    read = JSON.parse(body);
  } catch (error) {
    throw new Refused('body: is not JSON', { cause: error });
  }
  if (!isObject(read)) {
    throw new Refused('body: is not an event of EventBridge');
  }
  if (read['detail-type'] !== detailType) {
    throw new Refused(`detail-type: is not ${detailType}`);
  }
  if (!isObject(read.detail)) {
    throw new Refused('detail: is not an object');
  }
  return { eventId: text(read, 'id', 'id'), detail: read.detail };
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function id(detail, name) {
  const value = detail[name];
  if (typeof value !== 'string' || !ID.test(value)) {
    throw new Refused(`detail.${name}: is not an id`);
  }
  return value;
}

function text(source, name, field = `detail.${name}`) {
  const value = typeof source[name] === 'string' ? source[name].trim() : '';
  if (value === '') {
    throw new Refused(`${field}: is not a text`);
  }
  return value.slice(0, TEXT_MAX);
}

function trackingNumber(detail) {
  const value = detail.tracking_number;
  const plain = typeof value === 'string' ? value.replace(/[\s-]/g, '').toUpperCase() : '';
  if (!TRACKING_NUMBER.test(plain)) {
    throw new Refused('detail.tracking_number: is not a tracking number');
  }
  return plain;
}

function url(detail) {
  const value = detail.tracking_url;
  if (value == null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string' || !/^https?:\/\//.test(value)) {
    throw new Refused('detail.tracking_url: is not a web address');
  }
  // An address that is cut off leads nowhere.
  return value.length <= TEXT_MAX ? value : undefined;
}

function time(detail, name) {
  const value = detail[name];
  const at = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new Refused(`detail.${name}: is not a time with an offset`);
  }
  return at;
}

function checkNotAhead(name, at, mostMs) {
  if (at - Date.now() > mostMs) {
    throw new Refused(`detail.${name}: is in the future`);
  }
}

function items(detail) {
  const lines = detail.items;
  if (!Array.isArray(lines) || lines.length < 1 || lines.length > ITEMS_MAX) {
    throw new Refused('detail.items: is not a list of 1 to 100 lines');
  }
  const read = lines.map(item);
  if (new Set(read.map((line) => line.id)).size !== read.length) {
    throw new Refused('detail.items: lists a line twice');
  }
  return read;
}

function item(line, index) {
  const field = `items[${index}]`;
  if (!isObject(line)) {
    throw new Refused(`detail.${field}: is not an object`);
  }
  const { quantity, requires_imei: requiresImei, sku } = line;
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    throw new Refused(`detail.${field}.quantity: is not a number from 1 to ${QUANTITY_MAX}`);
  }
  if (typeof requiresImei !== 'boolean') {
    throw new Refused(`detail.${field}.requires_imei: is neither true nor false`);
  }
  return {
    id: id(line, 'item_id'),
    n: quantity,
    ...(typeof sku === 'string' && sku !== '' && { sku: sku.slice(0, TEXT_MAX) }),
    ...(requiresImei && { imei: true }),
  };
}
