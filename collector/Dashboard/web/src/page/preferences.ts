// What the reader chose, kept in this browser only. A browser may refuse storage (private mode, policy); the page
// then works with its defaults.

export type PreferenceKey = "filter" | "sort" | "theme" | "range";

const Prefix = "nodetelemetry.";

export function readPreference(key: PreferenceKey): string | undefined {
  try {
    return window.localStorage.getItem(Prefix + key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writePreference(key: PreferenceKey, value: string): void {
  try {
    window.localStorage.setItem(Prefix + key, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** The stored value when it is one of those that exist today, else the default. */
export function readChoice<T extends string>(key: PreferenceKey, choices: readonly T[], fallback: T): T {
  const stored = readPreference(key);
  return choices.find((choice) => choice === stored) ?? fallback;
}
