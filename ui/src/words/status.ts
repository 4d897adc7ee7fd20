/** A status always carries its age, and one's own its reason, in one line. */
import type { Instant, Presence, Status } from "../generated/protocol";
import type { MeView, TeamView } from "../generated/view";
import { asksFor } from "../status/change";
import { sinceTime } from "./time";
import { key, say } from "./words";

const NAMES: Record<Status, string> = {
  online: key("status-online"),
  busy: key("status-busy"),
  invisible: key("status-invisible"),
  offline: key("status-offline"),
};

const WAS: Record<Status, string> = {
  online: key("was-online"),
  busy: key("was-busy"),
  invisible: key("was-invisible"),
  offline: key("was-offline"),
};

const BACK: Record<Status, string> = {
  online: key("back-to-online"),
  busy: key("back-to-busy"),
  invisible: key("back-to-invisible"),
  offline: key("status-offline"),
};

export function statusName(status: Status): string {
  return say(NAMES[status]);
}

/** A colleague's status as it stood when the connection was lost. */
export function wasName(status: Status): string {
  return say(WAS[status]);
}

/** The line below one's own name: what others get, why, and what happens next. */
export function ownLine(me: MeView, team: TeamView | null, now: Instant): string {
  if (me.pending !== null) {
    const asked = asksFor(me.pending);
    const pending = statusName(asked);
    return me.presence.reason.why === "connection_lost" && asked !== "offline"
      ? say("own-pending-lost", { offline: statusName("offline"), status: pending })
      : say("own-pending", { status: pending });
  }
  const status = statusName(me.presence.status);
  const why = reason(me, team, now);
  if (why === null) return say("own-since", { status, time: sinceTime(me.presence.since, now) });
  const back =
    me.presence.status === "offline" && me.choice.status !== "offline" && returns(me.presence)
      ? say(BACK[me.choice.status])
      : null;
  return back === null
    ? say("own-line", { status, why })
    : say("own-line-back", { status, why, back });
}

/** Whether coming back to this computer alone restores the choice. */
function returns(presence: Presence): boolean {
  return presence.reason.why === "idle" || presence.reason.why === "locked";
}

function reason(me: MeView, team: TeamView | null, now: Instant): string | null {
  const { presence, choice } = me;
  const since = sinceTime(presence.since, now);
  switch (presence.reason.why) {
    case "idle":
      return say("why-idle", { time: sinceTime(presence.reason.since, now) });
    case "locked":
      return say("why-locked", { time: sinceTime(presence.reason.since, now) });
    case "asleep":
      return say("why-asleep", { time: since });
    case "signed_out":
      return say("why-signed-out", { time: since });
    case "quit":
      return say("why-quit", { time: since });
    case "connection_lost":
      return say("why-connection-lost", { time: since });
    case "held":
    case "chosen":
    case "unknown": {
      const { source } = choice;
      if (presence.reason.why === "chosen" && source.by === "admin" && source.agent_id !== me.agent.id) {
        const admin = team?.agents.find((agent) => agent.id === source.agent_id)?.name;
        if (admin) return say("why-admin", { name: admin, time: sinceTime(choice.at, now) });
      }
      return null;
    }
  }
}
