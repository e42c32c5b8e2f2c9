// The user's choices, stored in this browser only. If the browser refuses storage (private mode, policy), the page
// works with its defaults.

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
    // The choice then lasts until the page is closed.
  }
}

/** The stored value if it is still valid, else the default. */
export function readChoice<T extends string>(key: PreferenceKey, choices: readonly T[], fallback: T): T {
  const stored = readPreference(key);
  return choices.find((choice) => choice === stored) ?? fallback;
}
