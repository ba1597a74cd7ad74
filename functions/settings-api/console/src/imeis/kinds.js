// The two kinds of what tells a device from others: its IMEI, and its serial number.

import { digitsIn, hasCheckDigit, IMEI_DIGITS, imeisIn, isNaming, judgeImei } from "./digits.js";

/** Source: rule I11. */
const SERIAL_MAX = 50;

/** How far a typed serial number is, and what to say of it. */
function judgeSerial(text) {
  if (text === "") return { tone: "hint", says: "" };
  if (/[^A-Za-z0-9./-]/.test(text)) return { tone: "wrong", says: "a serial number has letters, digits, -, / and . only" };
  if (!/[A-Za-z0-9]/.test(text)) return { tone: "hint", says: "" };
  if (text.length > SERIAL_MAX) return { tone: "wrong", says: `${text.length} characters: a serial number has at most ${SERIAL_MAX}` };
  if (/^\d{15}$/.test(text) && hasCheckDigit(text)) return { tone: "wrong", says: "this is an IMEI, and no serial number" };
  return { tone: "right", says: "good" };
}

/**
 * Each kind: the API's field, its name, what of a typed or scanned text is kept, whether the text's end may yet be left out, what to say of that, the entry that is saved, each
 * device's own number in it, and how it stands in its field.
 * `isWhole`: whether what is typed is worth reading out.
 */
export const KINDS = {
  imei: {
    field: "imeis",
    name: "IMEI",
    keep: digitsIn,
    isOpen: isNaming,
    judge: judgeImei,
    entry: (digits) => imeisIn(digits).join("/"),
    parts: imeisIn,
    shown: (digits) => [digits.slice(0, IMEI_DIGITS), digits.slice(IMEI_DIGITS)].filter(Boolean).join("/"),
    isWhole: (digits) => digits.length >= IMEI_DIGITS,
    ask: `Type or scan the ${IMEI_DIGITS} digits.`,
    hint: `${IMEI_DIGITS} digits; of a phone with two IMEIs, both one after the other`,
    inputmode: "numeric",
  },
  serial: {
    field: "serials",
    name: "serial number",
    keep: (text) => text.replace(/\s/g, ""),
    isOpen: () => false,
    judge: judgeSerial,
    entry: (text) => text,
    parts: (text) => [text],
    shown: (text) => text,
    isWhole: () => false,
    ask: "Type or scan the serial number.",
    hint: "letters, digits, -, / and .",
    inputmode: "text",
  },
};

/** The kind of a line's field. */
export function kindOf(line) {
  return KINDS[line.kind];
}

/** What a line has of its kind, masked. */
export function enteredOf(line) {
  return line[kindOf(line).field];
}

/** The last characters of an entry, which may be shown: none of a short one. */
export function endingOf(text) {
  return text.length > 8 ? text.slice(-4) : "";
}

/** An entry by its ending, in words. */
export function named(line, text) {
  const ending = endingOf(text);
  return ending ? `${kindOf(line).name} ending in ${ending}` : kindOf(line).name;
}

/** The fields of an order's lines: one for the IMEI and one for the serial number of each, as far as it needs them. */
export function fieldsOf({ lines }) {
  return lines.flatMap((line) => {
    const kinds = [line.requires_imei && "imei", line.requires_serial && "serial"].filter(Boolean);
    // What is entered by hand at the marketplace is said once.
    return kinds.slice(0, line.is_by_hand ? 1 : 2).map((kind) => ({ ...line, kind, is_missing: line.missing.includes(kind) }));
  });
}
