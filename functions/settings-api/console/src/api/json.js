// Texts that should be JSON.

/** What came as JSON, or nothing where it was none. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
