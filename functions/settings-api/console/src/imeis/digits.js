// An IMEI's digits, and what is to be said of them while they are typed.

/** An IMEI's digits. */
export const IMEI_DIGITS = 15;

/** Whether digits end in the right check digit (Luhn). Source: 3GPP TS 23.003, annex B. */
export function hasCheckDigit(digits) {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits.at(-1 - place)) * (place % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** The digits of software version that phones show behind a slash, and which are not of the IMEI. Source: rule I1. */
const DIGITS_WITH_VERSION = IMEI_DIGITS + 2;

/** The name before an IMEI, with the number of which of a phone's two it is: `IMEI 1: `. Source: rule I1. */
const NAME = /IMEI[\s-]*(?:[12](?!\d))?/gi;

/** The beginning of such a name, or a whole one, of which the next character tells whether it ends with a number. */
const OPEN_NAME = /I(?:M(?:E(?:I[\s-]*[12]?)?)?)?$/i;

/** The digits in a text that was typed, scanned or pasted, without those of a name. */
export function digitsIn(text) {
  return text.replace(NAME, "").replace(/\D/g, "");
}

/** Whether a text ends in a name that may go on. */
export function isNaming(text) {
  return OPEN_NAME.test(text);
}

/** How many digits the IMEIs of one model begin with. Source: rule I10. */
const MODEL_DIGITS = 8;

/** The IMEIs in these digits: one, or the two of a phone. */
export function imeisIn(digits) {
  if (digits.length === DIGITS_WITH_VERSION) return [digits.slice(0, IMEI_DIGITS)];
  return [digits.slice(0, IMEI_DIGITS), digits.slice(IMEI_DIGITS)].filter(Boolean);
}

/** Whether digits are two IMEIs, of which each is right, and not of one model. */
export function areOfTwoPhones(digits) {
  const [first, second] = imeisIn(digits);
  const isRight = judgeImei(digits).tone === "right";
  return isRight && second !== undefined && first.slice(0, MODEL_DIGITS) !== second.slice(0, MODEL_DIGITS);
}

/**
 * How far a typed IMEI is, or the two of one phone, and what to say of it.
 * @param {string} digits
 * @returns {{tone: "hint"|"wrong"|"right", says: string}}
 */
export function judgeImei(digits) {
  if (digits.length === 0) return { tone: "hint", says: "" };
  if (digits.length < IMEI_DIGITS) return { tone: "hint", says: `${digits.length} of ${IMEI_DIGITS} digits` };
  const [first, second = ""] = imeisIn(digits);
  if (second !== "" && second.length !== IMEI_DIGITS) {
    return { tone: "wrong", says: `${digits.length} digits: an IMEI has ${IMEI_DIGITS}, and the two of one phone have ${2 * IMEI_DIGITS}` };
  }
  if (!hasCheckDigit(first) || !hasCheckDigit(second)) return { tone: "wrong", says: "check digit is wrong: is one digit mistyped?" };
  if (digits.length === DIGITS_WITH_VERSION) return { tone: "right", says: "good: without the last two digits, which are the software's version" };
  return { tone: "right", says: second === "" || second === first ? "good" : "good: two IMEIs of one phone, of which the first is sent" };
}
