/** A status always carries its age, and one's own its reason, in one line. */
import type { Instant, Presence, Status } from "../generated/protocol";
import type { MeView, TeamView } from "../generated/view";
import { asksFor } from "../status/change";
import { dueTime, sinceTime } from "./time";
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

const GRACE = 5_000;

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
  if (why === null) return ahead(me, now) ?? say("own-since", { status, time: sinceTime(me.presence.since, now) });
  const back = onReturn(me);
  return back === null
    ? say("own-line", { status, why })
    : say("own-line-back", { status, why, back });
}

/** One's own status in whole sentences, for the menu: since when and by what, then what comes by itself. */
export function ownDetail(me: MeView, team: TeamView | null, now: Instant): string[] {
  if (me.pending !== null || reason(me, team, now) !== null) return [say("own-sentence", { line: ownLine(me, team, now) })];
  const status = statusName(me.presence.status);
  const time = sinceTime(me.presence.since, now);
  const by = bywhat(me);
  const lines = [by === null ? say("detail-since", { status, time }) : say("detail-since-by", { status, time, by })];
  if (me.choice.plan?.plan === "wind_down") {
    lines.push(say("detail-winding", { offline: statusName("offline"), count: me.open_conversations }));
  }
  if (me.next !== null) {
    lines.push(say("detail-next", { status: statusName(me.next.status), time: dueTime(me.next.at, now) }));
  }
  return lines;
}

/** In how many conversations visitors see me, though I am away to all others. */
export function stillSeeing(me: MeView): number {
  const { status } = me.presence;
  return status === "invisible" || status === "busy" ? me.open_conversations : 0;
}

/** What comes by itself: "until 12:30, by your hours", "for 12 more minutes, then Online". */
function ahead(me: MeView, now: Instant): string | null {
  const status = statusName(me.presence.status);
  const { plan } = me.choice;
  if (plan?.plan === "wind_down") {
    return say("own-winding", { status, offline: statusName("offline"), count: me.open_conversations });
  }
  if (plan?.plan === "timed") {
    // Hours may come first.
    const then = statusName(me.next?.status ?? "online");
    const until = me.next?.at ?? plan.until;
    // The clocks of workspace and computer differ by a little: half an hour begins as 30 minutes, not as 31.
    const count = Math.max(1, Math.ceil((until - now - GRACE) / 60_000));
    return count <= 60
      ? say("own-for-minutes", { status, count, then })
      : say("own-until-then", { status, time: dueTime(until, now), then });
  }
  if (me.next === null || me.next.status === me.presence.status) return null;
  const time = dueTime(me.next.at, now);
  return me.next.source.by === "hours"
    ? say("own-until-hours", { status, time })
    : say("own-until-then", { status, time, then: statusName(me.next.status) });
}

/** What happens on return after a drop, where anything does. */
function onReturn(me: MeView): string | null {
  if (me.presence.status !== "offline" || me.choice.status === "offline" || !returns(me.presence)) return null;
  // Where Offline is automatic only, coming back always restores.
  const held = me.selectable.includes("offline") ? me.settings.on_return : "restore";
  switch (held) {
    case "ask":
      return say("return-asks");
    case "stay_offline":
      return say("return-stays", { offline: statusName("offline") });
    case "restore":
      return say(BACK[me.choice.status]);
  }
}

/** Whether coming back to this computer alone ends it. */
function returns(presence: Presence): boolean {
  return presence.reason.why === "idle" || presence.reason.why === "locked" || presence.reason.why === "asleep";
}

/** Who or what picked, where it was not the person in this window. */
function bywhat(me: MeView): string | null {
  const { source } = me.choice;
  if (me.presence.reason.why !== "chosen") return null;
  switch (source.by) {
    case "hours":
      return say("by-hours");
    case "time_up":
      return say("by-time-up");
    case "wound_down":
      return say("by-wound-down");
    case "first_sign_in":
      return say("by-first-sign-in");
    case "agent":
      switch (source.via) {
        case "tray":
          return say("by-tray");
        case "command_line":
          return say("by-command-line");
        case "shortcut":
          return say("by-shortcut");
        case "notification":
          return say("by-notification");
        case "app":
        case "unknown":
          return null;
      }
      return null;
    case "admin":
    case "unknown":
      return null;
  }
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
      return say("why-held");
    case "chosen":
    case "unknown": {
      const { source } = choice;
      if (presence.reason.why === "chosen" && source.by === "admin" && source.agent_id !== me.agent.id) {
        const admin = team?.agents.find((agent) => agent.id === source.agent_id)?.name;
        return say("why-admin", { name: admin ?? say("an-admin"), time: sinceTime(choice.at, now) });
      }
      return null;
    }
  }
}
