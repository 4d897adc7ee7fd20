/** A day as it may have happened, for tests and pictures. */
import type { AgentId, Choice, Presence, Reason, Status } from "../generated/protocol";
import type { DayChange, DayView, DayWhat } from "../generated/view";

export function playDay(agentId: AgentId, date: string): DayView {
  const midnight = new Date(`${date}T00:00:00`).getTime();
  const at = (hour: number, minute: number) => midnight + (hour * 60 + minute) * 60_000;
  const change = (hour: number, minute: number, status: Status, reason: Reason, source: Choice["source"], plan: Choice["plan"] = null, what: DayWhat = "chosen"): DayChange => {
    const choice: Choice = { status: reason.why === "chosen" ? status : "online", at: at(hour, minute), source, plan };
    const presence: Presence = { status, reason, since: at(hour, minute) };
    return { at: at(hour, minute), minute: hour * 60 + minute, presence, choice, what };
  };
  const chosen: Reason = { why: "chosen" };
  const hours: Choice["source"] = { by: "hours" };
  const changes = [
    change(9, 0, "online", chosen, hours),
    change(10, 2, "offline", { why: "idle", since: at(9, 52) }, hours, null, "away"),
    change(10, 17, "online", chosen, hours, null, "back"),
    change(12, 30, "offline", chosen, hours),
    change(13, 30, "online", chosen, hours),
    change(15, 10, "invisible", chosen, { by: "agent", via: "tray" }, { plan: "timed", until: at(15, 40) }),
    change(15, 40, "online", chosen, { by: "time_up" }),
    change(17, 40, "invisible", chosen, { by: "agent", via: "app" }, { plan: "wind_down" }),
    change(17, 55, "offline", chosen, { by: "wound_down" }),
  ];
  const segments = changes.map((one, index) => ({ from: one.minute, to: changes[index + 1]?.minute ?? 1440, status: one.presence.status }));
  return { agent_id: agentId, date, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, segments, changes };
}
