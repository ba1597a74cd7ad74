// What can be wrong with what was asked.

/** What the API answers when it does not do what it was asked (RFC 9457); status 0 where no answer came. */
export class Problem extends Error {
  /** `waitS`: after how many seconds the API wants to be asked again. */
  constructor(status, { detail, message, field }, waitS = 0) {
    super(detail ?? message ?? `The answer was ${status}.`);
    this.status = status;
    this.field = field ?? null;
    this.waitMs = waitS * 1_000;
  }

  /** Whether asking again may help. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** A problem that is seen without the API: of a field that is not filled in well, or of the whole. */
export function unfit(field, detail) {
  return new Problem(400, { field, detail });
}
