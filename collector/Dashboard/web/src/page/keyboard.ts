/** Page-wide keyboard shortcuts. Keys with modifiers belong to the browser. */
export interface KeyboardActions {
  focusFilter(): void;
  escape(): void;
}

export function listenToKeyboard(actions: KeyboardActions): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      actions.escape();
    } else if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      actions.focusFilter();
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
