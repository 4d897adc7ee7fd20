/** One change of a day, and where it came from, in words. */
import type { DayChange, TeamView } from "../generated/view";
import { statusName } from "../words/status";
import { key, say } from "../words/words";
import { timeIn } from "./words";

/** "Offline, idle since 9:52", "Invisible until 15:40", "Online". Times are those of the day's own zone. */
export function changeLine(change: DayChange, before: DayChange | null, zone: string, team: TeamView | null): string {
  const status = statusName(change.presence.status);
  const { reason } = change.presence;
  // Whoever signs in was not away: there is nothing to restore.
  if (change.what === "back" && before?.presence.reason.why === "signed_out") return say("settings-day-signed-in", { status });
  if (change.what === "back") return say("settings-day-back", { status });
  if (change.what === "chosen_while_away") return say("settings-day-later", { status, chosen: statusName(change.choice.status) });
  switch (reason.why) {
    case "chosen":
      if (change.choice.plan?.plan === "timed") return say("settings-day-until", { status, time: timeIn(zone, change.choice.plan.until) });
      if (change.choice.plan?.plan === "wind_down") return say("settings-day-winding", { status });
      return status;
    case "idle":
    case "locked":
      return say(reason.why === "idle" ? key("settings-day-idle") : key("settings-day-locked"), { status, time: timeIn(zone, reason.since) });
    default: {
      const why = WHY[reason.why];
      return why === undefined ? status : say("settings-day-because", { status, why: say(why, { workspace: team?.workspace.name ?? "" }) });
    }
  }
}

const WHY: Partial<Record<DayChange["presence"]["reason"]["why"], string>> = {
  asleep: key("settings-why-asleep"),
  signed_out: key("settings-why-signed-out"),
  quit: key("settings-why-quit"),
  connection_lost: key("settings-why-connection"),
  held: key("settings-why-held"),
};

const VIA: Record<string, string> = {
  app: key("settings-by-you"),
  tray: key("settings-by-tray"),
  command_line: key("settings-by-command-line"),
  shortcut: key("settings-by-shortcut"),
  notification: key("settings-by-notification"),
};

/** Who or what made it: "you, from the tray", "hours", "Anna Schäfer". */
export function bySource(change: DayChange, team: TeamView | null): string {
  if (change.what === "away" || change.what === "back") return say("settings-by-computer");
  const { source } = change.choice;
  switch (source.by) {
    case "agent":
      return say(VIA[source.via] ?? key("settings-by-you"));
    case "admin":
      return team?.agents.find((agent) => agent.id === source.agent_id)?.name ?? say("somebody");
    case "hours":
      return say("settings-by-hours");
    case "time_up":
      return say("settings-by-time-up");
    case "wound_down":
      return say("settings-by-wound-down");
    default:
      return say("settings-by-workspace");
  }
}
