/** Scenes of one's own status: every line that can stand bottom left, and every question about it. */
import type { AgentId, Choice, Hours, Instant, Plan, Presence, Reason, Status, StatusChange } from "../generated/protocol";
import type { LastAgentView, MeView, TeamView } from "../generated/view";
import { asksFor } from "../status/change";
import { endOf } from "../status/term";

export const STATUS_SCENES = [
  "hours",
  "busy",
  "timed",
  "winding",
  "seen",
  "idle",
  "asks",
  "held",
  "still",
  "by_admin",
  "countdown",
  "hours_end",
  "last",
] as const;

export type StatusScene = (typeof STATUS_SCENES)[number];

const MINUTE = 60_000;

/** Nine to half past twelve and one to five, on workdays. */
export function workdays(zone: string): Hours {
  const day = () => [
    { from: 540, to: 750 },
    { from: 780, to: 1020 },
  ];
  return { zone, week: [day(), day(), day(), day(), day(), [], []], exceptions: [] };
}

function isScene(scene: string): scene is StatusScene {
  return (STATUS_SCENES as readonly string[]).includes(scene);
}

/** Puts one's own status, and the team's, into a scene. */
export function playStatus(scene: string, me: MeView, team: TeamView, now: number): { me: MeView; team: TeamView } {
  if (!isScene(scene)) return { me, team };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const own = { by: "agent", via: "app" } as const;
  const is = (status: Status, more: Partial<Choice> = {}, since = now - 44 * MINUTE): Partial<MeView> => ({
    choice: { status, at: since, source: own, plan: null, ...more },
    presence: { status, reason: { why: "chosen" }, since },
  });
  const away = (reason: Reason, ago: number): Partial<MeView> => ({
    presence: { status: "offline", reason, since: now - ago * MINUTE } satisfies Presence,
  });
  const settings = { ...me.settings, hours: workdays(zone) };
  let change: Partial<MeView>;
  let sites = team.sites;
  switch (scene) {
    case "hours":
      change = {
        ...is("online", { source: { by: "hours" } }, now - 84 * MINUTE),
        next: { at: now + 126 * MINUTE, status: "offline", source: { by: "hours" } },
        settings,
        selectable: ["online", "busy", "invisible", "offline"],
      };
      break;
    case "busy":
      change = { ...is("busy"), selectable: ["online", "busy", "invisible", "offline"] };
      break;
    case "timed": {
      const until = now + 12 * MINUTE;
      change = {
        ...is("invisible", { plan: { plan: "timed", until } }, now - 3 * MINUTE),
        next: { at: until, status: "online", source: { by: "time_up" } },
      };
      break;
    }
    case "winding":
      change = is("invisible", { plan: { plan: "wind_down" } });
      break;
    case "seen":
      change = is("invisible");
      break;
    case "idle":
      change = { ...away({ why: "idle", since: now - 32 * MINUTE }, 22), limited: "wayland" };
      break;
    case "asks":
      change = {
        ...away({ why: "locked", since: now - 19 * MINUTE }, 19),
        settings: { ...me.settings, on_return: "ask" },
      };
      break;
    case "held":
      change = { ...away({ why: "held" }, 1), settings: { ...me.settings, on_return: "ask" } };
      break;
    case "still":
      change = { ...away({ why: "held" }, 1), settings: { ...me.settings, on_return: "stay_offline" } };
      break;
    case "by_admin":
      change = is("offline", { source: { by: "admin", agent_id: "agent-anna", before: "online" } }, now - 13 * MINUTE);
      break;
    case "countdown":
      change = { drops_at: now + 24_000 };
      break;
    case "hours_end":
      change = {
        ...is("online", { source: { by: "hours" } }, now - 84 * MINUTE),
        next: { at: now + 5 * MINUTE, status: "offline", source: { by: "hours" } },
        hours_end: { at: now + 5 * MINUTE, open: me.open_conversations },
        settings,
      };
      break;
    case "last":
      change = {};
      sites = team.sites.map((site) => (site.id === "site-outlet" ? { ...site, groups: ["group-sales"] } : site));
      break;
  }
  const played = { ...me, ...change };
  const mine = { agent_id: me.agent.id, status: played.presence.status, since: played.presence.since };
  return {
    me: played,
    team: {
      ...team,
      sites,
      presence: team.presence.map((one) => (one.agent_id === me.agent.id ? { ...one, ...mine } : one)),
    },
  };
}

/** The sites that nobody would be online for without this agent. */
export function lastFor(me: AgentId, team: TeamView): Pick<LastAgentView, "sites" | "others_online"> | null {
  const online = team.presence.filter((one) => one.status === "online").map((one) => one.agent_id);
  if (!online.includes(me)) return null;
  const others = online.filter((id) => id !== me);
  const answers = (groups: string[]) => (agent: AgentId) =>
    groups.length === 0 || team.groups.some((group) => groups.includes(group.id) && group.members.includes(agent));
  const sites = team.sites.filter((site) => answers(site.groups)(me) && !others.some(answers(site.groups)));
  return sites.length === 0 ? null : { sites, others_online: others };
}

/** Oneself once the workspace has taken a change. */
export function decided(me: MeView, change: StatusChange, now: Instant): MeView {
  const status = asksFor(change);
  const until = change.change === "timed" ? endOf(change.term, me.settings.hours, now) : null;
  const plan: Plan | null =
    change.change === "wind_down" ? { plan: "wind_down" } : until === null ? null : { plan: "timed", until };
  return {
    ...me,
    pending: null,
    choice: { status, at: now, source: { by: "agent", via: "app" }, plan },
    presence: { status, reason: { why: "chosen" }, since: now },
    next: until === null ? null : { at: until, status: "online", source: { by: "time_up" } },
    hours_end: null,
  };
}
