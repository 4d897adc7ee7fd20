/** What stands in a transcript and in which order. */
import type { Instant, Seq } from "../generated/protocol";
import type { MessageBy, MessageItem } from "../generated/view";

/** Messages of one author closer than this share one head. */
const TOGETHER = 5 * 60_000;

export type Entry =
  | { entry: "day"; key: string; at: Instant }
  | { entry: "new"; key: string; since: Instant }
  | { entry: "message"; key: string; message: MessageItem; head: boolean };

/**
 * What tells messages apart, from the local echo on. Each side chooses its own client ids, so a
 * visitor could repeat one of ours: the author belongs to it.
 */
export function keyOf(message: MessageItem): string {
  const { by } = message;
  return `${by.by} ${by.by === "agent" ? by.agent_id : ""} ${message.client_id}`;
}

/**
 * Joins the pages scrolled to so far with a fresh newest page. The fresh page wins wherever both
 * know a message. If they do not meet (much happened meanwhile), the older pages are let go, so
 * that no gap is hidden: they load again on scroll.
 */
export function join(before: MessageItem[], fresh: MessageItem[]): MessageItem[] {
  const first = fresh.find((message) => message.seq !== null)?.seq ?? null;
  if (first === null) return fresh;
  const known = new Set(fresh.map(keyOf));
  if (!before.some((message) => message.seq !== null && known.has(keyOf(message)))) return fresh;
  const older = before.filter(
    (message) => message.seq !== null && message.seq < first && !known.has(keyOf(message)),
  );
  return [...older, ...fresh];
}

/** Puts an older page in front. */
export function prepend(older: MessageItem[], present: MessageItem[]): MessageItem[] {
  const known = new Set(present.map(keyOf));
  return [...older.filter((message) => !known.has(keyOf(message))), ...present];
}

/** The oldest message the server knows; history before it is asked for with this number. */
export function oldest(messages: MessageItem[]): Seq | null {
  return messages.find((message) => message.seq !== null)?.seq ?? null;
}

export function sameAuthor(one: MessageBy, other: MessageBy): boolean {
  if (one.by === "agent" && other.by === "agent") return one.agent_id === other.agent_id;
  return one.by === other.by;
}

/**
 * The entries of a transcript: days, the line above what is new, and messages. `readThrough` is how
 * far I had read when I opened the conversation: the line must not walk away while I read. `dayOf`
 * names the calendar day of an instant.
 */
export function arrange(
  messages: MessageItem[],
  readThrough: Seq,
  dayOf: (at: Instant) => string,
): Entry[] {
  const entries: Entry[] = [];
  let previous: MessageItem | null = null;
  let day = "";
  let lined = false;
  for (const message of messages) {
    let apart = false;
    const today = dayOf(message.at);
    if (today !== day) {
      entries.push({ entry: "day", key: `day ${today}`, at: message.at });
      day = today;
      apart = true;
    }
    const isNew =
      message.by.by !== "me" && message.seq !== null && message.seq > readThrough && readThrough > 0;
    // Without anything read before it, the whole conversation is new and a line says nothing.
    if (isNew && !lined && previous !== null) {
      entries.push({ entry: "new", key: "new", since: message.at });
      lined = true;
      apart = true;
    }
    const together: boolean =
      !apart &&
      previous !== null &&
      previous.kind === "reply" &&
      message.kind === "reply" &&
      sameAuthor(previous.by, message.by) &&
      message.at - previous.at < TOGETHER &&
      previous.delivery.delivery === "stored";
    entries.push({ entry: "message", key: keyOf(message), message, head: !together });
    previous = message;
  }
  return entries;
}

/** Visitors' messages in `after` that were not in `before`, oldest first: what to read aloud. */
export function arrived(before: MessageItem[], after: MessageItem[]): MessageItem[] {
  const newest = before.reduce((most, message) => Math.max(most, message.seq ?? 0), 0);
  return after.filter(
    (message) => message.by.by === "visitor" && message.seq !== null && message.seq > newest,
  );
}
