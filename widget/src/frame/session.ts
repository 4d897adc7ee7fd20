/**
 * The visitor's session: one WebSocket at a time, kept up, with everything that must survive its loss.
 *
 * ```text
 * connect ── open ──> Hello{token, cursor} ──> Welcome ──> unconfirmed messages, pending address ──> live
 *    ^                                            │                                                   │
 *    └── wait (jittered, doubling) <── closed, refused, silent ──────────────────────────────────────┘
 * ```
 *
 * - **Nothing typed is lost.** A message is stored before it is sent and stays stored until the server
 *   repeats it; see `unsent.ts`.
 * - **Two tabs, one visitor.** Tabs share the token by storage. Two that open at once on a first visit
 *   are both given one: the first to be stored wins, and the other tab takes it and connects again.
 * - **A connection that comes right back** is not shown as lost: see `GRACE_MS`.
 * - **Who is to answer.** A choice is stored until the server keeps it, which it does once the visitor
 *   wrote; every connection before that brings it along, ahead of what was written.
 * - **A silent connection.** A laptop that slept keeps a socket that is long dead. When a sent message
 *   is not confirmed in time the socket is dropped, and the message goes out on the next.
 * - **Who is writing** lives as long as the server's last word about it holds, and on this connection only.
 * - **Refused.** With a client id, that message waits for the visitor, with its reason. Without, the
 *   stream ends: for good when no later try could go better (unknown site, other protocol version).
 */
import {
  PROTOCOL_VERSION,
  WRITING_LASTS_MS,
  type ClientId,
  type ErrorBody,
  type GroupId,
  type VisitorFrame,
  type WidgetFrame,
} from "../generated/protocol.ts";
import { delay } from "./backoff.ts";
import { fromPlain } from "./body.ts";
import { apply, cursor, NOTHING, unread, wrote, type Conversation } from "./conversation.ts";
import type { Store } from "./store.ts";
import { UnsentQueue, type Unsent } from "./unsent.ts";

/** How long a sent message may stay unconfirmed before the connection counts as dead. */
export const SILENCE_MS = 10_000;
/** How long a connection may take to be welcomed. */
export const WELCOME_MS = 20_000;
/** How long a connection must hold before a loss starts the waits from the beginning. */
export const STEADY_MS = 3_000;

/** A welcome that follows a loss within this time leaves no trace of it on screen. */
export const GRACE_MS = 3_000;
/** The arrow keys pass over groups on the way to the one that is meant. */
export const CHOICE_MS = 300;

/** The part of a `WebSocket` that is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** Everything from outside. */
export interface World {
  /** Shared by all tabs; may last. */
  store: Store;
  connect(): Socket;
  newId(): ClientId;
  now(): number;
  random(): number;
  /** Calls back once, later; the answer calls it off. */
  after(ms: number, then: () => void): () => void;
}

/** Where the connection is. */
export type Link =
  /** Not asked yet. */
  | "new"
  /** Welcome. */
  | "live"
  /** Lost; tries again by itself. */
  | "lost"
  /** The server speaks a later protocol: only a reload helps. */
  | "outdated"
  /** There is nothing for this page here. */
  | "closed";

/** What the view draws. */
export interface Sight {
  readonly conversation: Conversation;
  readonly unsent: readonly Unsent[];
  readonly link: Link;
  /** The group chosen, also while the server does not know it yet. */
  readonly group: GroupId | null;
  /** Agents' messages that were not on screen yet. */
  readonly unread: number;
  /** The agent who is writing, by name; of several the last one heard of. */
  readonly writing: string | null;
  /** An address that the server has not confirmed. */
  readonly pendingEmail: string | null;
  /** The last address was refused. */
  readonly emailRefused: boolean;
}

/** See above. */
export class Session {
  readonly #site: string;
  readonly #world: World;
  readonly #changed: () => void;
  readonly #unsent: UnsentQueue;
  #conversation: Conversation = NOTHING;
  #link: Link = "new";
  #socket: Socket | null = null;
  #attempt = 0;
  /** What the running connection said hello with. */
  #saidToken: string | null = null;
  #emailRefused = false;
  #stopWaiting: (() => void) | null = null;
  #stopListening: (() => void) | null = null;
  #stopSteady: (() => void) | null = null;
  /** Runs while a loss does not show. */
  #stopGrace: (() => void) | null = null;
  /** Runs while a choice is not said yet. */
  #stopChoosing: (() => void) | null = null;
  #writing: string | null = null;
  #stopWriting: (() => void) | null = null;

  constructor(site: string, world: World, changed: () => void) {
    this.#site = site;
    this.#world = world;
    this.#changed = changed;
    this.#unsent = new UnsentQueue(world.store, this.#key("unsent:"));
  }

  get sight(): Sight {
    const choice = this.#choice();
    return {
      conversation: this.#conversation,
      unsent: this.#unsent.all(),
      link: this.#stopGrace === null ? this.#link : "live",
      // None is a choice, too.
      group: choice === undefined ? this.#conversation.group : choice,
      unread: unread(this.#conversation, this.#seen),
      writing: this.#conversation.mode === "hidden" ? null : this.#writing,
      pendingEmail: this.#world.store.get(this.#key("email")),
      emailRefused: this.#emailRefused,
    };
  }

  /** Connects now, unless it is connected or has reason not to be. Also ends a wait early. */
  connect(): void {
    if (this.#socket !== null || this.#link === "outdated" || this.#link === "closed") return;
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    const socket = this.#world.connect();
    this.#socket = socket;
    this.#listen(WELCOME_MS);
    socket.onopen = () => {
      this.#saidToken = this.#world.store.get(this.#key("token"));
      this.#say({
        frame: "hello",
        version: PROTOCOL_VERSION,
        site_id: this.#site,
        token: this.#saidToken,
        cursor: cursor(this.#conversation),
      });
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#hear(decode(data));
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
  }

  /** Takes what the visitor wrote: stored, shown and sent. The text has been checked. */
  send(text: string): void {
    const id = this.#world.newId();
    this.#unsent.add(id, text, this.#world.now());
    this.#deliver(id, text);
    this.#changed();
  }

  /** Sends a refused message again. */
  retry(id: ClientId): void {
    this.#unsent.retry(id);
    const item = this.#unsent.all().find((one) => one.client_id === id);
    if (item !== undefined) this.#deliver(id, item.text);
    this.#changed();
  }

  /** Gives up a message that was refused. */
  discard(id: ClientId): void {
    this.#unsent.delete(id);
    this.#changed();
  }

  /** Chooses who is to answer: a group, or nobody in particular. */
  choose(group: GroupId | null): void {
    this.#world.store.set(this.#key("group"), group ?? "");
    this.#stopChoosing?.();
    this.#stopChoosing = this.#world.after(CHOICE_MS, () => { this.#sayChoice(); });
    this.#changed();
  }

  /** Leaves an address. */
  setEmail(email: string): void {
    this.#emailRefused = false;
    this.#world.store.set(this.#key("email"), email);
    if (this.#link === "live") this.#say({ frame: "set_email", email });
    this.#changed();
  }

  /** Everything is on screen now. */
  markSeen(): void {
    const newest = cursor(this.#conversation);
    if (newest <= this.#seen) return;
    this.#world.store.set(this.#key("seen"), String(newest));
    this.#changed();
  }

  /** Another tab changed what is stored. `key` is null when all of it was cleared. */
  storageChanged(key: string | null): void {
    const token = this.#world.store.get(this.#key("token"));
    if (key === this.#key("token") && this.#link === "live" && token !== null && token !== this.#saidToken) {
      this.#becomeOther();
    }
    this.#changed();
  }

  get #seen(): number {
    return Number(this.#world.store.get(this.#key("seen"))) || 0;
  }

  #key(name: string): string {
    return `porchlight:${this.#site}:${name}`;
  }

  #say(frame: VisitorFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  /** What was chosen here and may be had; undefined when that is nothing. */
  #choice(): GroupId | null | undefined {
    const stored = this.#world.store.get(this.#key("group"));
    if (stored === null) return undefined;
    const { groups } = this.#conversation;
    return stored === "" || groups.some(({ id }) => id === stored) ? stored || null : undefined;
  }

  #sayChoice(): void {
    this.#stopChoosing?.();
    this.#stopChoosing = null;
    const group_id = this.#choice();
    if (this.#link === "live" && group_id !== undefined && group_id !== this.#conversation.group) {
      this.#say({ frame: "choose_group", group_id });
    }
  }

  /** The server said which group it is. Once it keeps that for the visitor, it counts alone. */
  #heardChoice(): void {
    if (this.#stopChoosing === null && wrote(this.#conversation)) this.#world.store.delete(this.#key("group"));
  }

  #deliver(client_id: ClientId, text: string): void {
    if (this.#link !== "live") return;
    if (this.#stopChoosing !== null) this.#sayChoice();
    this.#say({ frame: "send", client_id, body: fromPlain(text) });
    if (this.#stopListening === null) this.#listen(SILENCE_MS);
  }

  /** Expects to hear from the server within `ms`. */
  #listen(ms: number): void {
    this.#stopListening?.();
    this.#stopListening = this.#world.after(ms, () => {
      this.#stopListening = null;
      this.#lost();
    });
  }

  #hear(frame: WidgetFrame): void {
    switch (frame.frame) {
      case "welcome": {
        const stored = this.#world.store.get(this.#key("token"));
        if (stored !== null && stored !== this.#saidToken && stored !== frame.token) {
          this.#becomeOther();
          return;
        }
        this.#stopListening?.();
        this.#stopListening = null;
        if (frame.token !== this.#saidToken && this.#saidToken !== null) {
          // The old token is unknown to the server (erased, perhaps): this is a new visitor.
          this.#forget();
          this.#world.store.delete(this.#key("seen"));
        }
        this.#saidToken = frame.token;
        this.#world.store.set(this.#key("token"), frame.token);
        this.#link = "live";
        this.#conversation = apply(this.#conversation, frame);
        for (const message of frame.messages) this.#confirm(message.client_id);
        this.#stopGrace?.();
        this.#stopGrace = null;
        this.#sayChoice();
        this.#stopSteady = this.#world.after(STEADY_MS, () => (this.#attempt = 0));
        for (const item of this.#unsent.all()) {
          if (item.refused === undefined) this.#deliver(item.client_id, item.text);
        }
        const email = this.#world.store.get(this.#key("email"));
        if (email !== null) this.#say({ frame: "set_email", email });
        break;
      }
      case "message":
        this.#conversation = apply(this.#conversation, frame);
        this.#confirm(frame.client_id);
        if (frame.agent_name === null) this.#heardChoice();
        else this.#writes(null);
        break;
      case "writing":
        this.#writes(frame.agent_name);
        break;
      case "mode":
        this.#conversation = apply(this.#conversation, frame);
        this.#heardChoice();
        break;
      case "email_stored":
        this.#conversation = apply(this.#conversation, frame);
        this.#world.store.delete(this.#key("email"));
        break;
      case "refused":
        if (frame.client_id === null) {
          this.#refused(frame.error);
          return;
        }
        this.#unsent.refuse(frame.client_id, frame.error.code);
        this.#heardAboutMessages();
        break;
      default:
        this.#conversation = apply(this.#conversation, frame);
    }
    this.#changed();
  }

  /** Somebody is writing, for as long as that holds without another word; or nobody is. */
  #writes(agent: string | null): void {
    this.#stopWriting?.();
    this.#writing = agent;
    this.#stopWriting = agent === null ? null : this.#world.after(WRITING_LASTS_MS, () => {
      this.#writes(null);
      this.#changed();
    });
  }

  #confirm(client_id: ClientId | null): void {
    if (client_id === null) return;
    this.#unsent.delete(client_id);
    this.#heardAboutMessages();
  }

  /** Starts the silence anew while messages remain, and ends it when none does. */
  #heardAboutMessages(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    if (this.#unsent.all().some((item) => item.refused === undefined)) this.#listen(SILENCE_MS);
  }

  /** The server refused an address, or ended the stream, and said why. */
  #refused(error: ErrorBody): void {
    // For whoever puts the widget on a page: the reason is theirs to mend.
    console.warn(`porchlight: ${error.code}: ${error.message}`);
    const address = this.#key("email");
    const input = error.code === "bad_request" || error.code === "too_large";
    if (input && this.#link === "live" && this.#world.store.get(address) !== null) {
      // Sent again it would be refused again. Where the stream ends with it, the close will come.
      this.#world.store.delete(address);
      this.#emailRefused = true;
      this.#changed();
      return;
    }
    if (error.code === "version_mismatch") this.#end("outdated");
    else if (error.code === "not_found" || error.code === "origin_not_allowed") this.#end("closed");
    else this.#lost();
  }

  /** Another tab holds the visitor's token: be that visitor. */
  #becomeOther(): void {
    this.#forget();
    this.#end("lost");
    this.connect();
  }

  #forget(): void {
    this.#conversation = { ...this.#conversation, email: null, messages: [] };
  }

  #lost(): void {
    this.#end("lost");
    this.#stopWaiting?.();
    this.#stopWaiting = this.#world.after(delay(this.#attempt, this.#world.random()), () => {
      this.connect();
    });
    this.#attempt += 1;
  }

  #end(link: Link): void {
    const socket = this.#socket;
    this.#socket = null;
    if (link !== "lost") {
      this.#stopGrace?.();
      this.#stopGrace = null;
    } else if (this.#link === "live") {
      this.#stopGrace = this.#world.after(GRACE_MS, () => {
        this.#stopGrace = null;
        this.#changed();
      });
    }
    this.#link = link;
    for (const stop of [this.#stopListening, this.#stopSteady]) stop?.();
    this.#stopListening = null;
    this.#stopSteady = null;
    this.#writes(null);
    socket?.close();
    this.#changed();
  }
}

/** A frame from text; whatever is none is like a frame of a later protocol. */
export function decode(data: unknown): WidgetFrame {
  try {
    const value: unknown = JSON.parse(String(data));
    if (typeof value === "object" && value !== null && "frame" in value) return value as WidgetFrame;
  } catch {
    // Not JSON.
  }
  return { frame: "unknown" };
}
