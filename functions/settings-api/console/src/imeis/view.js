// The view "IMEIs": each phone that can still go out with its IMEI, the soonest deadline first.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { orderHref, withQuery } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { namesOf, useChannels, usePartners } from "../api/partners.js";
import { useClock } from "../page/clock.js";
import { Empty, Notice, Time } from "../page/elements.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { useStore } from "../store.js";
import { counted } from "../wording.js";
import { CatchField, useCaughtKeys } from "./catch-field.js";
import { ChangeImei } from "./change.js";
import { Deadline, useSummary } from "./deadline.js";
import { entries, noteChange, savedEntries } from "./entries.js";
import { ImeiField } from "./field.js";
import { endingOf, kindOf } from "./kinds.js";
import { isClaimed, lineKey } from "./lines.js";
import { imeiWords } from "./problems.js";
import { arranged } from "./rows.js";
import { TwoEach } from "./two-each.js";
import { unsavedName } from "./unsaved.js";

/** The orders that lack an IMEI, of all partners, in one request: this view is open all day. */
const MISSING = withQuery("/orders", { imeis: "missing" });

export function ImeisView() {
  const live = useLive("imeis", (signal) => read(MISSING, signal));
  return html`<${Heading}>IMEIs<//>
    <p class="lead-in">Phones that go out with their IMEI, and what goes out with its serial number. Scan or type it; Enter takes it and leads to the next, and it is saved behind.</p>
    <${Loaded} live=${live} what="missing IMEIs">${({ orders }) => html`<${ImeiBoard} orders=${orders} />`}<//>`;
}

/** Whether one of the seller's partners is at a marketplace that takes IMEIs; also while that is not read yet. */
function useTaking(partners) {
  const channels = useChannels().data?.channels;
  const taking = channels?.filter((channel) => channel.takes_imeis).map(({ channel }) => channel);
  return !taking || !partners || partners.some(({ channel }) => taking.includes(channel));
}

function ImeiBoard({ orders }) {
  const partners = usePartners().data?.partners;
  const isTaking = useTaking(partners);
  // The fields in which something is typed: they stay, whatever is read meanwhile.
  const [typed, setTyped] = useState(new Set());
  const [changing, setChanging] = useState(null);
  const board = useRef(null);
  const isEntering = useEntering(board);
  const [waiting, saved] = [useStore(entries), useStore(savedEntries)];
  const rows = useRef({ known: new Map(), stops: new Set(), fresh: new Set() });
  const now = useClock();
  const shown = arranged({ orders, waiting, typed, isEntering }, rows.current);
  const names = namesOf(partners ?? []);
  useSummary(shown.map(({ order }) => order));
  useCaughtKeys();

  const onText = (key, isTyped) => setTyped((was) => new Set(isTyped ? [...was, key] : [...was].filter((one) => one !== key)));
  const failed = [...waiting.values()].filter(({ state }) => state === "failed");
  return html`
    ${failed.length > 0 && html`<${Notice} tone="bad" isAlert><p><strong>${counted(failed.length, unsavedName(failed))} NOT saved:</strong></p>
      <ul>${failed.map(({ order, line, problem }) => html`<li key=${lineKey(order, line)}>${order.order_id}: ${imeiWords(problem)}</li>`)}</ul><//>`}
    <${CatchField} shown=${shown} />
    ${shown.some(({ lines }) => lines.some(({ kind }) => kind === "imei")) && html`<${TwoEach} />`}
    ${shown.length === 0 && html`<${Empty} title="No IMEI is missing">
      <p>${!isTaking ? "None of your partners is at a marketplace that takes IMEIs." : "What needs one shows here as soon as its label is made."}</p><//>`}
    <div class="board imeis" ref=${board}>
      ${shown.map(({ order, lines, isNew }) => html`<${ImeiOrder} key=${orderHref(order)} order=${order} lines=${lines} isNew=${isNew}
        waiting=${waiting} now=${now} partnerName=${names.get(order.partner_id)} onText=${onText} />`)}
    </div>
    ${saved.length > 0 && html`<section class="card" aria-label="Saved just now">
      <h2>Saved just now</h2>
      <ul class="plain">${saved.map((entry) => html`<${SavedEntry} key=${entry.key + entry.at} entry=${entry} onChange=${setChanging} />`)}</ul>
    </section>`}
    ${changing && html`<${ChangeImei} order=${changing.order} line=${changing.line} onClose=${() => setChanging(null)}
      onDone=${(order, digits) => noteChanged(changing, order, digits)} />`}`;
}

/** One that was saved, and can be changed until the order is claimed. */
function SavedEntry({ entry, onChange }) {
  const { order, line, ending, by, at } = entry;
  return html`<li><a href=${orderHref(order)}>${order.order_id}</a>, ${line.sku ?? line.item_id}: ${kindOf(line).name}${ending && ` ending in ${ending}`}, <${Time} at=${at} />
    ${by && html` <span class="mark">entered by ${by}</span>`}
    ${!isClaimed(order) && html` <button type="button" onClick=${() => onChange(entry)}>Change<span class="quiet"> the ${kindOf(line).name} of order ${order.order_id}</span></button>`}</li>`;
}

/** The entry as it is after a change. */
function noteChanged(changed, order, digits) {
  noteChange(order, changed.line, digits);
  const entry = { ...changed, order, ending: endingOf(digits), by: null, at: new Date().toISOString() };
  savedEntries.set(savedEntries.get().map((one) => (one === changed ? entry : one)));
}

/** Whether somebody is entering: the focus is among the phones. A button there must not move away from under the pointer either. */
function useEntering(board) {
  const [isEntering, setIsEntering] = useState(false);
  useEffect(() => {
    const look = () => setIsEntering(Boolean(board.current?.contains(document.activeElement)));
    // After the focus has moved on.
    const later = () => setTimeout(look);
    document.addEventListener("focusin", look);
    document.addEventListener("focusout", later);
    return () => {
      document.removeEventListener("focusin", look);
      document.removeEventListener("focusout", later);
    };
  }, []);
  return isEntering;
}

/** One order: its deadline, and a field for each phone. */
function ImeiOrder({ order, lines, isNew, waiting, now, partnerName, onText }) {
  return html`<section class="card" aria-label="Order ${order.order_id}" data-order=${orderHref(order)}>
    <header class="card-head">
      <h2><a href=${orderHref(order)}>${order.order_id}</a> <span class="muted">${partnerName}</span>${isNew && html` <span class="mark">new</span>`}</h2>
      <${Deadline} order=${order} now=${now} />
    </header>
    ${lines.map((line) => line.is_by_hand
      ? html`<p key=${lineKey(order, line)}>${line.sku ?? "Line"} <span class="muted">${line.item_id}</span>, quantity ${line.quantity}:
          ${" "}<span class="mark">by hand</span>. The marketplace takes one ${kindOf(line).name} of a line; enter them there.</p>`
      : html`<${ImeiField} key=${lineKey(order, line)} order=${order} line=${line} entry=${waiting.get(lineKey(order, line))} onText=${onText}
          isGone=${!order.isAwaited || !line.is_missing} />`)}
  </section>`;
}
