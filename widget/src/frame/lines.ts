/**
 * What stands in the log, decided before anything is drawn: confirmed messages in the server's order,
 * then what is on its way, each with the small line that belongs to it.
 */
import type { WidgetMessage } from "../generated/protocol.ts";
import { fromPlain } from "./body.ts";
import type { Sight } from "./session.ts";
import type { Say } from "./words.ts";

/** One message as the log shows it. */
export interface Line {
  /** Stays the same when an own echo is replaced by the confirmed message. */
  key: string;
  author: "visitor" | "agent";
  state: "sending" | "sent" | "refused";
  body: WidgetMessage["body"];
  /** Above it: who wrote, and when. Once for messages that belong together. */
  above: string | null;
  /** Below it: what became of it. */
  below: string | null;
}

/** Messages of one agent this close together share their heading. */
const TOGETHER_MS = 5 * 60_000;

/** The log. `time` writes an instant as people read it. */
export function lines(sight: Pick<Sight, "conversation" | "unsent">, say: Say, time: (at: number) => string): Line[] {
  const { messages } = sight.conversation;
  const confirmed = messages.map((message, index): Line => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (message.agent_name === null) {
      const last = after === undefined ? sight.unsent.length === 0 : after.agent_name !== null;
      return {
        key: message.client_id ?? message.id,
        author: "visitor",
        state: "sent",
        body: message.body,
        above: null,
        below: last ? say("sent", { time: time(message.sent_at) }) : null,
      };
    }
    const goesOn =
      before?.agent_name === message.agent_name && message.sent_at - before.sent_at < TOGETHER_MS;
    return {
      key: message.id,
      author: "agent",
      state: "sent",
      body: message.body,
      above: goesOn ? null : say("by-at", { name: message.agent_name, time: time(message.sent_at) }),
      below: null,
    };
  });
  const known = new Set(confirmed.map((line) => line.key));
  const waiting = sight.unsent
    .filter((item) => !known.has(item.client_id))
    .map((item): Line => {
      const refused = item.refused !== undefined;
      return {
        key: item.client_id,
        author: "visitor",
        state: refused ? "refused" : "sending",
        body: fromPlain(item.text),
        above: null,
        below: refused ? `${say("not-sent")} ${say(reason(item.refused))}` : say("sending"),
      };
    });
  return [...confirmed, ...waiting];
}

function reason(code: string | undefined): string {
  if (code === "too_large") return "refused-too-large";
  return code === "rate_limited" ? "refused-rate-limited" : "refused-other";
}

/** The agents by name; of more than three the first two. How many more there are the server does not say. */
export function names(agents: readonly string[], say: Say, language: string): string {
  if (agents.length > 3) {
    const first = agents.slice(0, 2).join(", ");
    return say("and-others", { names: first });
  }
  return new Intl.ListFormat(language, { type: "conjunction" }).format(agents);
}

/** What stands in an avatar: the first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}
