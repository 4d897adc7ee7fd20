/** Notices of the played session: their settings and a ledger. */
import type { LedgerLine, LedgerOutcome, LedgerPage, LedgerRequest, NoticeSettings } from "../generated/view";
import type { Talk } from "./mock-cast";

const MINUTE = 60_000;

export function noticeDefaults(): NoticeSettings {
  return {
    privacy: "full",
    count_while_locked: true,
    volume: 70,
    repeat: false,
    quiet: null,
    new_chat: { muted: false, sound: "chime" },
    offered: { muted: false, sound: "chime" },
    message: { muted: false, sound: "drop" },
    missed: { muted: false, sound: "alarm" },
    assigned: { muted: false, sound: "knock" },
    mention: { muted: false, sound: "knock" },
  };
}

/** A line for each of the first conversations, with outcomes in turn. */
export function playLedger(talks: readonly Talk[], now: number): LedgerLine[] {
  const outcomes: LedgerOutcome[] = [
    { outcome: "shown", silent: null },
    { outcome: "suppressed", reason: "offline" },
    { outcome: "shown", silent: "quiet_hours" },
    { outcome: "suppressed", reason: "on_screen" },
    { outcome: "failed", why: "no service" },
  ];
  return talks.slice(0, outcomes.length).map((talk, index) => ({
    id: outcomes.length - index,
    conversation_id: talk.conversation.id,
    name: talk.conversation.visitor.name,
    kind: index === 1 ? "missed" : "new_chat",
    at: now - index * 7 * MINUTE,
    decided_at: now - index * 7 * MINUTE,
    outcome: outcomes[index] ?? { outcome: "shown", silent: null },
  }));
}

export function pageOf(lines: readonly LedgerLine[], request: LedgerRequest): LedgerPage {
  const fits = ({ outcome }: LedgerLine) => {
    const { outcome: wanted } = request;
    switch (wanted.wanted) {
      case "any":
        return true;
      case "shown":
        return outcome.outcome === "shown";
      case "not_shown":
        return outcome.outcome !== "shown";
      case "failed":
        return outcome.outcome === "failed";
      case "because":
        return (outcome.outcome === "suppressed" && outcome.reason === wanted.reason) || (outcome.outcome === "shown" && outcome.silent === wanted.reason);
    }
  };
  const found = lines.filter(
    (line) => fits(line) && (request.conversation_id === null || line.conversation_id === request.conversation_id) && (request.before === null || line.id < request.before),
  );
  return { lines: found.slice(0, request.limit), more: found.length > request.limit };
}
