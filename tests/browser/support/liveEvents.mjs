/** Follows `/api/live` of a collector without a browser, to know what the page should show and since when. */
export async function followLive(address, deadlineMilliseconds) {
  const stop = new AbortController();
  const response = await fetch(new URL("api/live", address), {
    headers: { accept: "text/event-stream" },
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(deadlineMilliseconds)]),
  });
  if (!response.ok) throw new Error(`api/live answered ${response.status}`);
  const events = parseEvents(response.body);
  return {
    /** The first thing that `pick` makes of an event. */
    async next(pick) {
      for (;;) {
        const { value: event, done } = await events.next();
        if (done) throw new Error("the stream ended before the event came");
        const picked = pick(event);
        if (picked !== undefined) return picked;
      }
    },
    close: () => stop.abort(),
  };
}

async function* parseEvents(body) {
  let pending = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const messages = (pending + chunk).replaceAll("\r\n", "\n").split("\n\n");
    pending = messages.pop();
    for (const message of messages) {
      const field = (name) =>
        message
          .split("\n")
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
          .join("\n");
      const data = field("data");
      if (data !== "") yield { name: field("event"), data: JSON.parse(data) };
    }
  }
}
