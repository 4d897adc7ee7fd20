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
