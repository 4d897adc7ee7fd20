/**
 * What the window knows: what the session told it last, and what is open on screen.
 *
 * Events only say what changed; pages are asked for again, at most once a frame. `focus` tells the
 * session what somebody is looking at, because that decides what is worth a notification.
 */
import { asError, type Backend, type CloseChoice } from "../backend";
import { WRITING_EVERY_MS } from "../generated/protocol";
import type { AgentId, ConversationId, ErrorBody, Instant, Presence, Status, StatusChange } from "../generated/protocol";
import type {
  AwayView,
  ConnectionView,
  CountsView,
  Focus,
  LastAgentView,
  MeView,
  MessageItem,
  NoticesHidden,
  Stage,
  TeamView,
  UiEvent,
} from "../generated/view";
import type { SettingsPage } from "../settings/pages";
import { OpenConversation } from "./conversation.svelte";
import { List } from "./list.svelte";

/** Input is reported at most this often. */
const INPUT_EVERY = 15_000;

/** Reasons from which one comes back without a word, unless one wished to be held. */
const DROPS: readonly string[] = ["idle", "locked", "asleep"];

export class App {
  stage = $state.raw<Stage>({ stage: "starting" });
  me = $state.raw<MeView | null>(null);
  connection = $state.raw<ConnectionView>({ state: "connecting" });
  team = $state.raw<TeamView | null>(null);
  counts = $state.raw<CountsView | null>(null);
  /** The window is about to close and there is no way back: ask. */
  askBeforeClose = $state(false);
  /** A change of status leaves sites with nobody online: ask. */
  lastAgent = $state.raw<LastAgentView | null>(null);
  /** The drop that one came back from, while *held*: why, and since when. Not known to a window opened since. */
  dropped = $state.raw<Presence | null>(null);
  /** The return, by its time, that was answered with "Stay Offline": one is held on, and asked after the next. */
  stayed = $state<Instant | null>(null);
  /** The choice, or something else outside a conversation, was refused. */
  refused = $state.raw<ErrorBody | null>(null);
  /** The workspace refused something that was done earlier. */
  takenBack = $state.raw<ErrorBody | null>(null);
  /** A link from outside leads nowhere here. */
  linkRefused = $state.raw<ErrorBody | null>(null);
  /** What hides notices here, and was read: said again once it has changed. */
  hiddenPutAway = $state<NoticesHidden | null>(null);
  /** What happened while one was away. */
  away = $state.raw<AwayView | null>(null);
  open = $state.raw<OpenConversation | null>(null);
  /** What a screen reader is told. */
  announcement = $state.raw<MessageItem[]>([]);
  /** Invisible until a time: which is asked. */
  untilAsked = $state(false);
  /** The page of settings that is open in place of the conversations. */
  settings = $state<SettingsPage | null>(null);
  focused = $state(false);
  /** A click outside the window led to the open conversation. */
  cameToAnswer = $state(false);

  readonly list: List;
  readonly backend: Backend;
  #lastFocus = "";
  #lastInput = -INPUT_EVERY;
  #lastWriting: { id: ConversationId | null; at: number } = { id: null, at: 0 };

  constructor(backend: Backend) {
    this.backend = backend;
    this.list = new List(backend);
  }

  async start(): Promise<void> {
    try {
      await this.backend.attach((event) => this.take(event));
    } catch (thrown) {
      this.stage = { stage: "broken", error: asError(thrown) };
    }
  }

  take(event: UiEvent): void {
    switch (event.event) {
      case "stage": {
        const was = this.stage.stage;
        this.stage = event;
        if (event.stage === "ready" && was !== "ready") this.list.show({});
        if (event.stage !== "ready") {
          this.show(null);
          this.lastAgent = null;
          this.dropped = null;
          this.away = null;
          this.hiddenPutAway = null;
          // Of another session: whoever signs in next has nothing to do with it.
          if (event.stage === "first_run") this.refused = this.takenBack = this.linkRefused = null;
        }
        break;
      }
      case "me": {
        const was = this.me?.presence.status;
        this.me = event;
        if (event.notices_hidden !== this.hiddenPutAway) this.hiddenPutAway = null;
        // What began it: an idle machine may be locked next, fall asleep and lose its connection.
        if (DROPS.includes(event.presence.reason.why)) this.dropped ??= event.presence;
        else if (event.presence.reason.why === "chosen") this.dropped = null;
        // Which unassigned conversations are mine to see depends on it.
        if (was !== undefined && was !== event.presence.status && this.stage.stage === "ready") this.list.refresh();
        break;
      }
      case "connection": {
        const was = this.connection.state;
        this.connection = event;
        if (event.state === "live" && was !== "live") this.open?.tryOlderAgain();
        break;
      }
      case "team":
        this.team = event;
        break;
      case "counts":
        this.counts = event;
        break;
      case "conversations_changed":
        if (this.stage.stage !== "ready") break;
        this.list.refresh();
        if (this.open && (event.ids.length === 0 || event.ids.includes(this.open.id))) {
          this.open.refresh();
        }
        break;
      case "away":
        this.away = event.card;
        break;
      case "navigate":
        this.settings = null;
        this.show(event.conversation_id);
        this.cameToAnswer = true;
        break;
      case "refused":
        this.takenBack = event.error;
        break;
      case "link_refused":
        this.linkRefused = event.error;
        break;
      case "ask_last_agent":
        this.lastAgent = event;
        break;
      case "ask_until":
        this.untilAsked = true;
        break;
      case "ask_before_close":
        this.askBeforeClose = true;
        break;
    }
  }

  /** Opens a conversation, or none. */
  show(id: ConversationId | null): void {
    if (id !== null) this.settings = null;
    if (this.open?.id === id) return;
    this.open?.leave();
    if (id === null) {
      this.open = null;
      return;
    }
    this.list.current = this.list.indexOf(id) ?? this.list.current;
    this.open = new OpenConversation(this.backend, id, (messages) => (this.announcement = messages));
    void this.open.load();
  }

  /** Whether one is back from an absence, and asked what now. */
  get welcoming(): boolean {
    const { me } = this;
    return (
      me !== null &&
      me.pending === null &&
      me.presence.reason.why === "held" &&
      me.settings.on_return === "ask" &&
      me.presence.since !== this.stayed
    );
  }

  name(id: AgentId): string | null {
    return this.team?.agents.find((agent) => agent.id === id)?.name ?? null;
  }

  async choose(status: Status): Promise<void> {
    await this.change({ change: "pick", status });
  }

  /** Asks for a change of status; what leaves a site with nobody online is asked back first. */
  async change(change: StatusChange, confirmed = false): Promise<void> {
    await this.attempt(async () => {
      const answer = await this.backend.changeStatus(change, confirmed);
      this.lastAgent = answer.answer === "last_agent" ? answer : null;
    });
  }

  /** The answer to the question for the last one online. */
  async answerLastAgent(go: boolean): Promise<void> {
    const asked = this.lastAgent;
    this.lastAgent = null;
    if (go && asked) await this.change(asked.change, true);
  }

  /** Runs something outside a conversation; a refusal is shown. */
  async attempt(what: () => Promise<void>): Promise<boolean> {
    try {
      await what();
      this.refused = null;
      return true;
    } catch (thrown) {
      this.refused = asError(thrown);
      return false;
    }
  }

  async answerClose(choice: CloseChoice | null): Promise<void> {
    this.askBeforeClose = false;
    if (choice !== null) await this.attempt(() => this.backend.closeChoice(choice));
  }

  /** The window got or lost the keyboard. */
  look(focused: boolean): void {
    this.focused = focused;
    if (!focused) this.open?.lookAway();
  }

  /** Tells the session what is looked at, whenever that changed. */
  reportFocus(): void {
    const focus: Focus = {
      focused: this.focused,
      conversation_id: this.open?.id ?? null,
      at_end: this.open !== null && this.open.view !== null && this.open.atEnd,
    };
    const now = JSON.stringify(focus);
    if (now === this.#lastFocus) return;
    this.#lastFocus = now;
    void this.backend.focus(focus).catch(() => (this.#lastFocus = ""));
  }

  /** The person writes to a visitor, who sees it. */
  reportWriting(id: ConversationId, now: number): void {
    if (this.#lastWriting.id === id && now - this.#lastWriting.at < WRITING_EVERY_MS) return;
    this.#lastWriting = { id, at: now };
    // Not worth a word when it fails: the next one comes soon.
    void this.backend.writing(id).catch(() => undefined);
  }

  /** The person pressed a key or moved the pointer here. */
  reportInput(now: number): void {
    if (now - this.#lastInput < INPUT_EVERY) return;
    this.#lastInput = now;
    void this.backend.input().catch(() => (this.#lastInput = -INPUT_EVERY));
  }
}
