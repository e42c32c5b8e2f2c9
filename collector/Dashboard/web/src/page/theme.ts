import { make, setText } from "./dom.ts";
import { readChoice, writePreference } from "./preferences.ts";

const Themes = ["auto", "light", "dark"] as const;
type Theme = (typeof Themes)[number];

const ThemeWords: Record<Theme, string> = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" };

/** Called after the colours changed, for canvases, which do not follow the style sheet. */
type ThemeListener = () => void;

const listeners = new Set<ThemeListener>();

export function onThemeChange(listener: ThemeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Applies the stored theme and returns the button that cycles through system, light and dark. */
export function makeThemeButton(): HTMLButtonElement {
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
  let theme: Theme = readChoice("theme", Themes, "auto");
  const button = make("button", "theme-button");
  button.type = "button";

  const apply = (): void => {
    const dark = theme === "dark" || (theme === "auto" && systemDark.matches);
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
    setText(button, ThemeWords[theme]);
    button.setAttribute("aria-label", `Colours: ${theme === "auto" ? "as the system" : theme}. Press to change.`);
    for (const listener of listeners) listener();
  };
  button.addEventListener("click", () => {
    theme = Themes[(Themes.indexOf(theme) + 1) % Themes.length] ?? "auto";
    writePreference("theme", theme);
    apply();
  });
  systemDark.addEventListener("change", apply);
  apply();
  return button;
}
