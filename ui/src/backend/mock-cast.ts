/** Who plays in the mock: an invented lamp shop, its team and its visitors. */
import type { AgentId, Conversation, GroupId, Seq } from "../generated/protocol";
import type { ConversationItem, CountsView, MessageBy, MessageItem, MeView, TeamView } from "../generated/view";
import { fromPlain, plainText } from "../pure/body";
import { playStatus, type StatusScene } from "./mock-status";

/** Where a played session begins. */
export type Scene =
  | "inbox"
  | "first_run"
  | "locked"
  | "missing"
  | "sealed"
  | "keyless"
  | "broken"
  | "empty"
  | "lost"
  | StatusScene
  | "many"
  | "starting";

/** A conversation with all its messages. */
export type Talk = {
  conversation: Conversation;
  messages: MessageItem[];
  readThrough: Seq;
  draft: string;
  /** So many of the newest messages are on this computer. */
  here: number;
};

export const ME: AgentId = "agent-jonas";
export const ANNA: AgentId = "agent-anna";
const MEHMET: AgentId = "agent-mehmet";
const LENA: AgentId = "agent-lena";
const SUPPORT: GroupId = "group-support";
const SALES: GroupId = "group-sales";
const SHIPPING: GroupId = "group-shipping";
const BILLING: GroupId = "group-billing";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Line = [MessageBy | "comment", string, number];

const VISITOR: MessageBy = { by: "visitor" };
const I: MessageBy = { by: "me" };
const byAnna: MessageBy = { by: "agent", agent_id: ANNA };

export function cast(scene: Scene, now: number): { me: MeView; team: TeamView; talks: Talk[] } {
  const agent = (id: AgentId, name: string, mail: string) => ({
    id,
    name,
    email: `${mail}@lumen-linde.example`,
    role: id === ME ? ("admin" as const) : ("agent" as const),
  });
  const local = scene === "empty";
  seq = 0;
  const me: MeView = {
    agent: agent(ME, "Jonas Weber", "jonas.weber"),
    choice: { status: "online", at: now - 84 * MINUTE, source: { by: "agent", via: "app" }, plan: null },
    pending: null,
    presence: { status: "online", reason: { why: "chosen" }, since: now - 84 * MINUTE },
    next: null,
    selectable: ["online", "invisible", "offline"],
    may_wind_down: true,
    settings: {
      idle: { delay: "workspace" },
      lock: "at_once",
      on_return: "restore",
      invisible_offers: false,
      hours: null,
    },
    drops_at: null,
    hours_end: null,
    open_conversations: 3,
    limited: null,
    notices_hidden: null,
  };
  const team: TeamView = {
    workspace: { id: "workspace-lumen", name: "Lumen & Linde", idle_minutes: 10, statuses: { busy: false, offline_by_hand: true }, status_log_for_admins: false, close_after_hours: 24 },
    local,
    agents: local
      ? [me.agent]
      : [
          agent(ANNA, "Anna Schäfer", "anna.schaefer"),
          me.agent,
          agent(LENA, "Lena Großmann", "lena.grossmann"),
          agent(MEHMET, "Mehmet Yıldız", "mehmet.yildiz"),
        ],
    presence: [
      { agent_id: ME, status: "online", since: now - 84 * MINUTE, open: local ? 0 : 3 },
      ...(local
        ? []
        : [
            { agent_id: ANNA, status: "online" as const, since: now - 3 * MINUTE, open: 6 },
            { agent_id: MEHMET, status: "busy" as const, since: now - 105 * MINUTE, open: 2 },
            { agent_id: LENA, status: "offline" as const, since: now - 22 * MINUTE, open: 4 },
          ]),
    ],
    groups: local
      ? []
      : [
          { id: SUPPORT, name: "Support", members: [ME, ANNA, MEHMET] },
          { id: SALES, name: "Sales", members: [ME, LENA] },
          { id: SHIPPING, name: "Versand & Retouren", members: [ME, ANNA] },
          { id: BILLING, name: "Rechnungs- und Vertrags\u00adangelegenheiten", members: [ANNA] },
        ],
    sites: [
      { id: "site-shop", name: "lumen-linde.example", origins: ["https://lumen-linde.example"], when_nobody: "messenger", groups: [] },
      ...(local
        ? []
        : [
            {
              id: "site-outlet",
              name: "outlet.lumen-linde.example",
              origins: ["https://outlet.lumen-linde.example"],
              when_nobody: "messenger" as const,
              groups: [SUPPORT, SALES],
            },
          ]),
    ],
  };
  const talks = scene === "empty" || scene === "first_run" || scene === "keyless" ? [] : stories(now);
  if (scene === "many") for (let index = 0; index < 10_000; index += 1) talks.push(passerby(index, now));
  return { ...playStatus(scene, me, team, now), talks };
}

let seq = 0;

function tell(
  id: string,
  name: string | null,
  email: string | null,
  group: GroupId | null,
  assigned: AgentId[],
  lines: Line[],
  more: { draft?: string; unread?: number; waiting?: boolean; missed?: boolean; closed?: boolean; now: number },
): Talk {
  const messages = lines.map(([by, text, ago], index) => {
    seq += 1;
    const made = message(seq, by === "comment" ? byAnna : by, text, more.now - ago);
    return { ...made, client_id: `${id}-${index}`, kind: by === "comment" ? ("comment" as const) : ("reply" as const) };
  });
  const last = messages.at(-1);
  const unread = more.unread ?? 0;
  const firstWaiting = messages.findLast((one, index) => one.by.by === "visitor" && messages[index - 1]?.by.by !== "visitor");
  return {
    conversation: {
      id,
      site_id: "site-shop",
      group_id: group,
      visitor: { id: `visitor-${id}`, name, email },
      state: more.closed ? "closed" : "open",
      assigned,
      created_at: messages[0]?.at ?? more.now,
      last_message_at: last?.at ?? more.now,
      waiting_since: more.waiting ? (firstWaiting?.at ?? null) : null,
      missed: more.missed && firstWaiting ? { since: firstWaiting.at + 30_000, because: "silence" } : null,
    },
    messages,
    readThrough: messages.at(-1 - unread)?.seq ?? 0,
    draft: more.draft ?? "",
    here: messages.length,
  };
}

function stories(now: number): Talk[] {
  const history: Line[] = Array.from({ length: 140 }, (_, index): Line => [
    index % 3 === 0 ? VISITOR : I,
    index % 3 === 0
      ? `And what about lamp number ${index + 1}? It stands in the hall.`
      : "That one is fine, it needs nothing but a new bulb.\n\nYou find them under https://lumen-linde.example/bulbs.",
    5 * 24 * HOUR - index * 10 * MINUTE,
  ]);
  return [
    tell("yusuf", "Yusuf Demir", null, BILLING, [], [
      [VISITOR, "Hallo? Auf der Rechnung 2026-1187 fehlt die Umsatzsteuer, so kann ich sie nicht einreichen.", 161_000],
    ], { unread: 1, waiting: true, missed: true, now }),
    tell("elodie", "Élodie Marchand", null, SALES, [], [
      [VISITOR, "Bonjour, livrez-vous aussi en Belgique ? Il me faudrait deux lampes Hafen avant le 5 décembre.", 72_000],
    ], { unread: 1, waiting: true, missed: true, now }),
    tell("katharina", "Katharina Brandt", "k.brandt@posteo.example", SHIPPING, [ANNA, ME], [
      [VISITOR, "Good morning! When will my parcel arrive?", 17 * HOUR],
      [byAnna, "It left our warehouse today. The carrier says Friday before noon.", 16.7 * HOUR],
      [VISITOR, "The parcel just came. The glass has a crack.", 5 * MINUTE],
      [VISITOR, "Here is a photo: https://photos.example/2207.", 4.8 * MINUTE],
      [I, "Oh no, I’m sorry. One moment, I’ll see what we can do.", 4 * MINUTE],
      ["comment", "Thin glass in the whole week 46 batch. Just replace it.", 3 * MINUTE],
      [VISITOR, "Can I get a new one before Advent? And do I have to send this one back?", 21_000],
    ], { unread: 1, waiting: true, now }),
    tell("graz", null, null, SUPPORT, [], [
      [VISITOR, "Hi, does the Pendel 40 work with a trailing-edge dimmer? The data sheet only says “dimmable”.", 8_000],
    ], { unread: 1, waiting: true, now }),
    tell("vogelsang", "Dr. Heinz-Peter Vogelsang", "hpv@vogelsang.example", SALES, [ME], [
      [VISITOR, "Guten Morgen, was kosten 14 Leuchten der Serie Hafen?", 40 * MINUTE],
      [I, "Vielen Dank, das Angebot über 14 Leuchten schicke ich Ihnen bis heute Mittag.", 12 * MINUTE],
    ], { now }),
    tell("sofia", "Sofia Rossi", null, SUPPORT, [ANNA], [
      [VISITOR, "The courier needs another address: Via Garibaldi 12.", 30 * MINUTE],
      [byAnna, "I’ve changed the address to Via Garibaldi 12. Anything else I can do for you today?", 26 * MINUTE],
    ], { now }),
    tell("piet", "Piet van Dijk", "piet@vandijk.example", SHIPPING, [ME], [
      ...history,
      [VISITOR, "Great, the new switch works. Thanks for the quick help!", 37 * MINUTE],
    ], { draft: "About the broken switch, could you tell me which of the two buttons", now }),
    tell("anders", "Anders Lindgren", null, SHIPPING, [ME], [
      [VISITOR, "Where is my second parcel?", 30 * HOUR],
      [I, "The second parcel left today, you will get both on Monday.", 26 * HOUR],
    ], { closed: true, now }),
  ];
}

function passerby(index: number, now: number): Talk {
  return tell(`passerby-${index}`, `Passer-by ${index + 1}`, null, [SUPPORT, SALES, SHIPPING][index % 3] ?? null, index % 4 === 0 ? [] : [ME], [
    [VISITOR, `Question number ${index + 1}: is the lamp in the window still for sale, and does it come with a bulb?`, HOUR + index * MINUTE],
    ...(index % 2 === 0 ? ([[I, "It is, and it does.", HOUR + index * MINUTE - 30_000]] as Line[]) : []),
  ], { waiting: index % 2 === 1, now });
}

export function message(seq: Seq | null, by: MessageBy, text: string, at: number): MessageItem {
  const id = `message-${seq ?? "new"}-${at}`;
  return {
    client_id: id,
    id: seq === null ? null : id,
    seq,
    by,
    kind: "reply",
    body: fromPlain(text),
    at,
    delivery: { delivery: "stored" },
  };
}


/** A conversation as a row of the list. */
export function itemOf(talk: Talk, mine: boolean): ConversationItem {
  const last = talk.messages.at(-1);
  const unread = talk.messages.some((one) => (one.seq ?? 0) > talk.readThrough && one.by.by !== "me");
  const open = talk.conversation.state === "open";
  return {
    conversation: { ...talk.conversation },
    attention: talk.conversation.missed
      ? "missed"
      : open && (talk.conversation.assigned.length === 0 || (unread && mine)) ? "new" : "none",
    preview: talk.draft
      ? { by: { by: "draft" }, text: talk.draft }
      : last
        ? {
            by: last.by.by === "unknown" ? { by: "nobody" } : last.by,
            text: plainText(last.body).replace(/\s+/gu, " ").slice(0, 200),
          }
        : { by: { by: "nobody" }, text: "" },
  };
}

/** The numbers beside the navigation. */
export function countsOf(talks: Talk[], team: TeamView, mine: (talk: Talk) => boolean): CountsView {
  const open = talks.filter((talk) => talk.conversation.state === "open");
  const waiting = open.filter(
    (talk) => talk.conversation.waiting_since !== null && mine(talk),
  );
  return {
    mine: open.filter((talk) => mine(talk)).length,
    unassigned: open.filter((talk) => talk.conversation.assigned.length === 0).length,
    all: open.length,
    groups: team.groups.map((group) => ({
      group_id: group.id,
      open: open.filter((talk) => talk.conversation.group_id === group.id).length,
    })),
    waiting: waiting.length,
    longest_waiting_since: waiting.reduce<number | null>(
      (least, talk) => Math.min(least ?? Infinity, talk.conversation.waiting_since ?? Infinity),
      null,
    ),
    unsent: talks.reduce(
      (sum, talk) => sum + talk.messages.filter((one) => one.delivery.delivery === "waiting").length,
      0,
    ),
  };
}
