// What the console says: states, times and proof in words. Nothing here asks the API or touches the page.

/** The states of a package and of an IMEI's registration: the word, and the tone it is coloured in. */
export const STATES = {
  waiting: ["Waiting", "calm"],
  ready: ["Ready", "info"],
  observed: ["Observed", "info"],
  held: ["Held", "warn"],
  withheld: ["Withheld", "calm"],
  sending: ["Sending", "info"],
  confirmed: ["Confirmed", "good"],
  rejected: ["Rejected", "bad"],
  in_doubt: ["In doubt", "warn"],
  conflict: ["Conflict", "bad"],
  unresolved: ["Unresolved", "bad"],
  closed: ["Closed", "calm"],
  stopped: ["Stopped", "bad"],
  paused: ["Paused", "warn"],
  pending: ["Pending", "calm"],
  done: ["Registered", "good"],
  failed: ["Failed", "bad"],
};

/** Changes of the timeline whose names do not read well. */
export const CHANGES = {
  cancelled: "Order cancelled",
  lines_cancelled: "Lines cancelled",
  ship_by_told: "Ship-by told",
  cancel_requested: "Wish to cancel",
  cancel_taken_back: "Wish to cancel taken back",
  label_refused: "Label refused",
  put_aside: "Put aside",
  person: "By a person",
  postponed: "Put off",
  left_out: "Left out",
  serials_entered: "Serial numbers entered",
  imei_failed: "IMEI or serial number not registered",
  imei_registered: "IMEI or serial number registered",
};

export const EVIDENCE = {
  accepted: "accepted by the marketplace",
  read_back: "read back from the marketplace",
  person: "stated by a person",
};

const REASONS = {
  label_disputed: "its label was told in two ways",
  replaced_label_moves: "a former label's parcel moves",
  items_cancelled: "lines of it were cancelled",
  cancel_requested: "the buyer wishes to cancel",
  person: "by a person",
  cancelled: "the order was cancelled",
  one_tracking_per_order: "another package's number was sent",
  never: "by the setting Never",
};

export const TIMINGS = {
  when_tracking_shows_movement: "When tracking shows movement.",
  when_tracking_is_assigned: "When tracking is assigned.",
  never: "Never",
};

/** Whether what is decided is sent: what each means is said before it is chosen. */
export const MODES = {
  live: ["Live", "Confirmations are sent when they are due."],
  observe: ["Observe", "It decides everything and sends nothing. Each package ends as “Observed”, with what would have been sent, when and why."],
};

/** What a change of the mode does, said before it is saved. */
export const MODE_CHANGES = {
  live: "From now on confirmations are sent. Leaving sends nothing that was observed: a person can send each of it.",
  observe: "From now on nothing is sent. What is in doubt is still read, and not repeated. Nothing that is observed needs anybody.",
};

export const MISSING_IMEI = {
  send_without: ["Send without", "The order is confirmed all the same, without the missing IMEIs."],
  hold: ["Hold", "Nothing goes out until the IMEIs come, or until a person says so."],
};

/** A name such as `in_transit` as words. */
export function words(name) {
  return name.replaceAll("_", " ").replace(/\bimei/g, "IMEI");
}

/** The same with a capital: `marketplace_id` is "Marketplace ID". */
export function title(name) {
  const text = words(name).replace(/\b(id|url|api)\b/g, (word) => word.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A count with its noun: "1 package", "1,200 packages". */
export function counted(count, noun) {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

/** What the buyer still gets of a line: "1 remains". */
export function remains(count) {
  return `${count.toLocaleString()} ${count === 1 ? "remains" : "remain"}`;
}

/** Lines in one line: "2 × PHN-12 (1 remains), 1 × 7001". */
export function itemsLine(items) {
  const cut = ({ quantity, remaining }) => (remaining !== null && remaining < quantity ? ` (${remains(remaining)})` : "");
  return items.map((item) => `${item.quantity} × ${item.sku ?? item.item_id}${cut(item)}`).join(", ");
}

/** A time as the reader writes it; with the date where that is not the one of `beside`, which is today. */
export function when(at, beside = Date.now()) {
  const [date, other] = [new Date(at), new Date(beside)];
  const clock = { hour: "2-digit", minute: "2-digit" };
  if (date.toDateString() === other.toDateString()) return date.toLocaleTimeString(undefined, clock);
  const year = date.getFullYear() === other.getFullYear() ? undefined : "numeric";
  return date.toLocaleString(undefined, { day: "numeric", month: "short", year, ...clock });
}

/** A text of the API with its times as the reader writes them. */
export function shownTimes(text) {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => when(time));
}

/** What is left until a deadline: "12 min 30 s left". */
export function left(leftMs) {
  if (leftMs <= 0) return "Time is up";
  const seconds = Math.ceil(leftMs / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h} h ${m} min left`;
  return m > 0 ? `${m} min ${s} s left` : `${s} s left`;
}

/** What a package lacks, in words. */
function missingWords({ missing = [] }) {
  return missing.map((kind) => ({ imei: "IMEIs", serial: "serial numbers" })[kind]).join(" and ") || "IMEIs";
}

/** What there is to know beside a package's state, in one line. */
export function stateDetail({ state, detail }) {
  switch (state) {
    case "waiting":
      if (detail.for === "send_after") return `for the time it is sent after, ${when(detail.from)}`;
      if (detail.for === "ship_day") return `for the day it goes, ${when(detail.from)}`;
      return detail.deadline ? `for ${missingWords(detail)} until ${when(detail.deadline)}` : `for ${detail.for === "label" ? "a label" : words(detail.for)}`;
    case "ready": {
      const next = detail.not_before ? `next try ${when(detail.not_before)}` : "to be sent next";
      return detail.imeis_missing ? `${next}, without ${missingWords(detail)}` : next;
    }
    case "sending":
      return "the marketplace is being told";
    case "confirmed":
      return `${EVIDENCE[detail.evidence] ?? words(detail.evidence)}, ${when(detail.at)}`;
    case "rejected":
      return `${detail.code}: ${detail.message}`;
    case "conflict":
      return `the marketplace has ${detail.found}`;
    case "closed":
      return when(detail.at);
    case "withheld":
      return detail.never ? shownTimes(detail.never.in_words) : REASONS[detail.reason];
    case "held":
      return detail.reason === "imeis_missing" ? `${missingWords(detail)} are missing` : REASONS[detail.reason];
    default:
      return REASONS[detail.reason] ?? detail.reason ?? "";
  }
}

/** What made a confirmation due, in one line: "UPS, in transit, 14:02, received 14:05, event …". */
export function proofLine(proof) {
  const parts = {
    movement: () => [proof.carrier, proof.status && words(proof.status)],
    label: () => [proof.carrier, "label assigned"],
    deadline: () => ["no movement before its ship-by"],
    wait: () => ["no movement for as long as is waited"],
    person: () => [`Sent by ${proof.by ?? "a person"}`],
  }[proof.kind]();
  if (proof.occurred_at) parts.push(when(proof.occurred_at));
  if (proof.received_at) parts.push(`received ${when(proof.received_at, proof.occurred_at)}`);
  if (proof.event_id) parts.push(`event ${proof.event_id}`);
  const line = parts.filter(Boolean).join(", ");
  return proof.reason ? `${line}: ${proof.reason}` : line;
}
