// Where the next scan goes.

/** The field the scanner was led to by an order's number; from there it goes back. */
let fieldLedTo = null;

/** Where what is scanned goes when it is for no field. */
export function catchField() {
  return document.querySelector("input[data-catch]");
}

/**
 * Leads on to the next empty field below, never back up: who scans a stack of phones goes down the list. After the last it is
 * where what is scanned is caught.
 */
export function focusNext(field) {
  const fields = [...document.querySelectorAll("input[data-imei]")];
  const next = fields.slice(fields.indexOf(field) + 1).find((other) => other.value === "");
  (field === fieldLedTo || !next ? catchField() : next)?.focus();
}

/** Enters a text where the cursor is now, as a scan of it would. */
export function scanOn(text) {
  const field = document.activeElement;
  if (!field?.form) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.form.requestSubmit();
}

/** Leads the scanner to a phone's field, from which it comes back. */
export function leadTo(field) {
  fieldLedTo = field;
  field.focus();
}
