/** What a change of status leads to, as far as it shows before the server has answered. */
import type { Status, StatusChange } from "../generated/protocol";
import type { MeView } from "../generated/view";

/** The status that a change asks for. */
export function asksFor(change: StatusChange): Status {
  switch (change.change) {
    case "pick":
    case "timed":
      return change.status;
    case "wind_down":
      return "invisible";
    case "stay_online":
      return "online";
  }
}

/** The status that is picked: the one on its way, else the one in force. */
export function picked(me: MeView): Status {
  return me.pending === null ? me.choice.status : asksFor(me.pending);
}

/** The status that is shown as one's own: the one on its way, else what others get. */
export function shownStatus(me: MeView): Status {
  return me.pending === null ? me.presence.status : asksFor(me.pending);
}

/** What undoes a change that an admin made, where one is in force. */
export function undoes(me: MeView): Status | null {
  const { source } = me.choice;
  if (me.pending !== null || source.by !== "admin" || source.agent_id === me.agent.id) return null;
  return source.before === me.choice.status ? null : source.before;
}
