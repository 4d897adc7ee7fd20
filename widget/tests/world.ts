/** A world for sessions: sockets that a test answers on, a clock that a test moves, storage to share. */
import type { VisitorFrame, WidgetFrame, WidgetGroup, WidgetMessage } from "../src/generated/protocol.ts";
import { Session, type Socket, type World } from "../src/frame/session.ts";
import { openStore } from "../src/frame/store.ts";

/** A `Storage` in memory, which can be full. */
export function fakeStorage(): Storage & { full: boolean } {
  const map = new Map<string, string>();
  return {
    full: false,
    get length() {
      return map.size;
    },
    clear: () => { map.clear(); },
    getItem: (key) => map.get(key) ?? null,
    key: (index) => [...map.keys()][index] ?? null,
    removeItem: (key) => { map.delete(key); },
    setItem(key, value) {
      if (this["full"]) throw new DOMException("full", "QuotaExceededError");
      map.set(key, value);
    },
  };
}

/** The server's end of one socket. */
export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly heard: VisitorFrame[] = [];
  closed = false;

  send(text: string): void {
    this.heard.push(JSON.parse(text) as VisitorFrame);
  }

  close(): void {
    this.closed = true;
  }

  /** The server sends a frame. */
  say(frame: WidgetFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The server accepts the socket and welcomes the visitor. */
  welcome(more: Partial<Extract<WidgetFrame, { frame: "welcome" }>> = {}): void {
    this.onopen?.();
    this.say({
      frame: "welcome", token: "token-1", workspace_name: "Lumen & Linde", mode: "live_chat",
      agents: ["Anna"], messages: [], email: null, groups: [], group_id: null, ...more,
    });
  }

  /** The server says how things are from now on. */
  mode(more: Partial<Extract<WidgetFrame, { frame: "mode" }>> = {}): void {
    this.say({ frame: "mode", mode: "live_chat", agents: ["Anna"], groups: [], group_id: null, ...more });
  }

  /** The network is gone. */
  drop(): void {
    this.onclose?.();
  }

  /** The texts of the messages it was sent. */
  get texts(): string[] {
    return this.heard.flatMap((frame) =>
      frame.frame === "send"
        ? frame.body.blocks.flatMap((b) => (b.type === "paragraph" ? b.inlines.map((i) => (i.type === "text" ? i.text : "")) : []))
        : [],
    );
  }
}

/** One tab: a session in a world of its own, over storage that may be shared. */
export function tab(storage: Storage = fakeStorage()) {
  const sockets: FakeSocket[] = [];
  let clock = 1_000;
  let ids = 0;
  let timers: { at: number; then: () => void }[] = [];
  const name = String(Math.random());
  const world: World = {
    store: openStore(() => storage),
    connect() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    newId: () => `id-${name}-${String(++ids)}`,
    now: () => clock,
    random: () => 0.5,
    after(ms, then) {
      const timer = { at: clock + ms, then };
      timers.push(timer);
      return () => { timers = timers.filter((other) => other !== timer); };
    },
  };
  let drawn = 0;
  const session = new Session("site", world, () => { drawn += 1; });
  return {
    session,
    sockets,
    /** How often the session said that something changed. */
    get drawn(): number {
      return drawn;
    },
    get socket(): FakeSocket {
      const last = sockets.at(-1);
      if (last === undefined) throw new Error("nothing was connected");
      return last;
    },
    /** Moves the clock, and runs what is due. */
    pass(ms: number) {
      clock += ms;
      const due = timers.filter((timer) => timer.at <= clock);
      timers = timers.filter((timer) => timer.at > clock);
      for (const timer of due) timer.then();
    },
  };
}

/** Two groups, of which the first is in. */
export const GROUPS: WidgetGroup[] = [
  { id: "support", name: "Support", online: true },
  { id: "sales", name: "Sales", online: false },
];

/** A stored message, as the server repeats it. */
export function stored(seq: number, more: Partial<WidgetMessage> = {}): Extract<WidgetFrame, { frame: "message" }> {
  return {
    frame: "message", id: `message-${String(seq)}`, seq, agent_name: null, sent_at: 0, client_id: null,
    body: { blocks: [{ type: "paragraph", inlines: [{ type: "text", text: `text ${String(seq)}` }] }] },
    ...more,
  };
}
