// One device's IMEI or serial number: a field that judges while it is typed. Enter, which is what a scanner sends, takes it and moves on at once;
// the save runs behind (entries.js).

import { html } from "htm/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { unfit } from "../api/problem.js";
import { announce } from "../page/announcements.js";
import { areOfTwoPhones, IMEI_DIGITS, imeisIn } from "./digits.js";
import { dropEntry, enteredElsewhere, enterImei } from "./entries.js";
import { enteredOf, kindOf, named } from "./kinds.js";
import { endingsOf, lineKey, whatSavingDoes } from "./lines.js";
import { imeiWords, isTwiceAsked, twiceProblem } from "./problems.js";
import { focusNext, scanOn } from "./scan-focus.js";
import { sound } from "./sound.js";
import { twoEach } from "./two-each.js";

/** What is said of a first IMEI that waits for its phone's second. */
const FIRST_OF_TWO = { tone: "hint", says: "the first of two: scan the second, or Enter once more where there is none" };

/**
 * The field of one device. `entry`: what was entered for it and is not saved. `isGone`: its IMEI is not waited for any more.
 * `onText` is told whether something is typed.
 */
export function ImeiField({ order, line, entry, isGone, onText }) {
  const key = lineKey(order, line);
  const kind = kindOf(line);
  const [digits, setDigits] = useState("");
  // What is typed, while its end is a name that may go on.
  const [naming, setNaming] = useState(null);
  const [problem, setProblem] = useState(null);
  // Whether Enter came after a first IMEI, of a phone with two.
  const [isFirst, setIsFirst] = useState(false);
  const field = useRef(null);
  const id = useId();
  const failed = entry?.state === "failed" ? entry : null;
  useEffect(() => {
    if (failed) setDigits(failed.digits);
  }, [failed]);
  const judged = isFirst && digits.length === IMEI_DIGITS ? FIRST_OF_TWO : kind.judge(digits);

  const type = (text) => {
    const typed = kind.keep(text);
    if (failed && typed !== failed.digits) dropEntry(key);
    setDigits(typed);
    setNaming(kind.isOpen(text) ? text : null);
    setProblem(null);
    setIsFirst(false);
    onText(key, typed !== "");
    // What is no digit goes, also where the digits are the same as before; a name that is still being typed does not.
    if (field.current && !kind.isOpen(text)) field.current.value = kind.shown(typed);
    // Not digit by digit: only what it comes to is read out.
    if (kind.isWhole(typed) && typed !== digits) announce(`${kind.name}: ${kind.judge(typed).says}`);
  };
  /** Stays with what cannot be taken. One that was scanned before is marked, so that the next scan takes its place. */
  const stay = (wrong) => {
    setProblem(wrong);
    announce(wrong.message);
    field.current.focus();
    if (wrong.isTwice) field.current.select();
    const text = field.current.value;
    if (kind.isWhole(text) || (line.kind === "serial" && text !== "")) sound();
  };
  const enter = (isMeant) => {
    // As it stands in the field: a scanner is faster than what is drawn.
    const text = kind.keep(field.current.value);
    const { tone, says } = kind.judge(text);
    if (tone !== "right") return stay(unfit(kind.field, says || kind.ask));
    const twice = !isMeant && enteredElsewhere(order, line, text);
    if (twice) return stay(twiceProblem(line, twice));
    const hasTwo = twoEach.get() && line.kind === "imei" && !failed && !isMeant;
    if (hasTwo && text.length === IMEI_DIGITS && !field.current.value.includes("/")) return waitForSecond(text);
    // What was scanned after a phone's only IMEI is the next phone's.
    const [own, next] = hasTwo && areOfTwoPhones(text) ? imeisIn(text) : [text];
    take(own, isMeant);
    if (next) scanOn(next);
  };
  /** Stays with a phone's first IMEI: the second is put behind it. */
  const waitForSecond = (first) => {
    setIsFirst(true);
    field.current.value = `${first}/`;
    announce(`${kind.name}: ${FIRST_OF_TWO.says}`);
  };
  const take = (text, isMeant) => {
    focusNext(field.current);
    setIsFirst(false);
    setDigits("");
    setNaming(null);
    setProblem(null);
    onText(key, false);
    // What the person saw is what is saved on: after a failure that is what it said.
    enterImei(failed?.order ?? order, failed?.line ?? line, text, { isMeant });
  };
  const onSubmit = (event) => {
    event.preventDefault();
    enter(false);
  };

  const title = kind.name.replace(/^s/, "S");
  if (entry?.state === "saving") {
    return html`<div class="imei"><p>${title} of ${line.sku ?? "line"} <span class="muted">${line.item_id}</span></p>
      <p class="says hint">Saving the ${named(line, entry.digits)}…</p></div>`;
  }
  const wrong = problem ?? failed?.problem;
  const tone = wrong ? "wrong" : judged.tone;
  const isTwice = isTwiceAsked(wrong);
  return html`<form class="imei" novalidate onSubmit=${onSubmit}>
    <label for=${id}>${title} of ${line.sku ?? "line"} <span class="muted">${line.item_id}</span></label>
    <div class="imei-row">
      <input ref=${field} id=${id} data-imei type="text" inputmode=${kind.inputmode} autocomplete="off" autocapitalize="off" enterkeyhint="done"
        aria-describedby="${id}-says ${id}-does" aria-invalid=${tone === "wrong" ? "true" : null}
        value=${naming ?? (isFirst ? `${digits}/` : kind.shown(digits))} onInput=${(event) => type(event.target.value)} />
      <button type="submit" class=${tone === "right" && "primary"}>${failed?.problem.now ? "Save mine over it" : "Save"}</button>
    </div>
    ${line.is_ambiguous && enteredOf(line).length > 0 && html`<p><span class="mark">two devices or one?</span> It has ${endingsOf(line)},
      for one piece or for two lines. Enter what is in the parcel.</p>`}
    <p class="says ${tone}" id="${id}-says">${failed && html`<strong>NOT saved.</strong> `}${wrong ? imeiWords(wrong) : judged.says}</p>
    <div id="${id}-does">${isGone
      ? html`<${GoneNote} order=${order} line=${line} />`
      : html`<p class="hint">${whatSavingDoes(order)}</p>`}</div>
    ${isTwice && html`<button type="button" onClick=${() => enter(true)}>It is this order's: save it</button>`}
    ${(isGone || failed) && digits && html`<button type="button" onClick=${() => type("")}>Clear</button>`}
  </form>`;
}

/** Why a phone is not waited for any more: who entered it, or that the order went on. */
function GoneNote({ order, line }) {
  const [now, setNow] = useState(null);
  useEffect(() => {
    const control = new AbortController();
    const path = pathOf("partners", order.partner_id, "orders", order.order_id);
    // Where it cannot be read the words say less.
    read(path, control.signal).then(setNow, () => {});
    return () => control.abort();
  }, [order.version]);
  const its = now?.lines.find(({ item_id: item }) => item === line.item_id);
  const found = its && { ...its, kind: line.kind };
  const list = now?.[kindOf(line).field].find(({ item_id: item }) => item === line.item_id);
  const isEntered = found && enteredOf(found).length > 0;
  return html`<p class="hint">${isEntered
    ? html`<span class="mark">entered by ${list?.updated_by ?? "somebody"}</span> It has ${endingsOf(found)}.`
    : "Not waited for any more: it was entered, or the order was sent, meanwhile."}</p>`;
}
