/**
 * What the small window for a reply knows: its conversation, as the session tells it, and what is being
 * written. Like the main window it keeps no truth of its own.
 *
 * Sent is what the session has kept. The window then waits for the workspace, as long as there is a
 * connection: only here would anybody see that a reply was refused. Without a connection the reply waits
 * in the outbox, and nobody has to wait with it.
 */
import { asError, type ReplyBackend } from "../backend";
import { WRITING_EVERY_MS } from "../generated/protocol";
import type { ClientId, ErrorBody, Seq } from "../generated/protocol";
import type { ConnectionView, ConversationView, MeView, MessageItem, TeamView, UiEvent } from "../generated/view";
import { fromPlain, room } from "../pure/body";
import { coalesce, debounce } from "../pure/frame";

/** Input is reported at most this often. */
const INPUT_EVERY = 15_000;
/** More of what was said is a matter for the main window. */
const SHOWN = 12;

const isOurs = (message: MessageItem) => message.kind === "reply" && (message.by.by === "me" || message.by.by === "agent");

export class QuickReply {
  view = $state.raw<ConversationView | null>(null);
  connection = $state.raw<ConnectionView>({ state: "connecting" });
  team = $state.raw<TeamView | null>(null);
  me = $state.raw<MeView | null>(null);
  text = $state("");
  /** On its way: nothing more can be written. */
  sending = $state(false);
  /** It cannot be read. */
  error = $state.raw<ErrorBody | null>(null);
  /** What was written could not be sent. */
  refused = $state.raw<ErrorBody | null>(null);

  readonly #backend: ReplyBackend;
  /** The newest message when the window opened. */
  #opened = $state<Seq>(0);
  #sent = $state<ClientId | null>(null);
  /** The reply was there to be seen: where it is gone, somebody took it back. */
  #wasThere = false;
  #begun = false;
  #draftSaved = "";
  #wasReady = false;
  #asking = false;
  #askAgain = false;
  #left = false;
  #lastInput = -INPUT_EVERY;
  #lastWriting = -WRITING_EVERY_MS;
  #lastFocus = "";
  readonly #draft = debounce(() => void this.#saveDraft(), 400);
  readonly #refresh = coalesce(() => void this.load());

  /** What somebody who answers needs: from the last reply on that was there when the window opened. */
  readonly shown = $derived.by(() => {
    const messages = this.view?.messages.filter((one) => one.client_id !== this.#sent) ?? [];
    const before = (message: MessageItem) => isOurs(message) && message.seq !== null && message.seq <= this.#opened;
    const from = Math.max(0, messages.findLastIndex(before));
    return messages.slice(Math.max(from, messages.length - SHOWN));
  });

  /** The reply of somebody else, or of mine elsewhere, that came before this one. */
  readonly answered = $derived.by(() => {
    const messages = this.view?.messages.filter((one) => one.client_id !== this.#sent && one.seq !== null) ?? [];
    const reply = messages.findLast(isOurs);
    const since = (reply?.seq ?? 0) > this.#opened;
    const last = messages.findLast((one) => one.kind === "reply") === reply;
    return reply && (since || last) ? reply : null;
  });

  constructor(backend: ReplyBackend) {
    this.#backend = backend;
  }

  async start(): Promise<void> {
    try {
      await this.#backend.attach((event) => this.take(event));
    } catch (thrown) {
      this.error = asError(thrown);
    }
  }

  take(event: UiEvent): void {
    switch (event.event) {
      case "stage":
        if (event.stage === "ready") {
          this.#wasReady = true;
          void this.load();
        } else if (this.#wasReady || event.stage !== "starting") {
          // Signed out: what was written has gone with everything else, and nobody is here to write.
          void this.close();
        }
        break;
      case "me":
        this.me = event;
        break;
      case "team":
        this.team = event;
        break;
      case "connection":
        this.connection = event;
        void this.#settle();
        break;
      case "conversations_changed":
        if (event.ids.length === 0 || this.view === null || event.ids.includes(this.view.conversation.id)) this.#refresh();
        break;
      case "ask_before_close":
        void this.leave();
        break;
    }
  }

  async load(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    try {
      do {
        this.#askAgain = false;
        const view = await this.#backend.read();
        this.view = view;
        if (!this.#begun) this.#begin(view);
        this.error = null;
      } while (this.#askAgain);
    } catch (thrown) {
      this.error = asError(thrown);
      // Erased, or out of my sight: nothing of it stays on screen.
      if (this.error.code === "not_found") this.view = null;
    } finally {
      this.#asking = false;
    }
    await this.#settle();
  }

  /** The first look. What was typed before it stands behind the draft that was there. */
  #begin(view: ConversationView): void {
    this.#begun = true;
    this.#opened = view.seen_through;
    this.#draftSaved = view.draft;
    const typed = this.text;
    this.text = [view.draft, typed].filter((part) => part !== "").join("\n");
    if (typed !== "") this.#draft.ask();
  }

  write(text: string): void {
    this.text = text;
    this.#draft.ask();
  }

  get room(): number {
    return room(this.text);
  }

  get canSend(): boolean {
    return this.view !== null && !this.sending && this.text.trim() !== "" && this.room >= 0;
  }

  async send(): Promise<void> {
    if (!this.canSend || this.view === null) return;
    const { text } = this;
    this.sending = true;
    this.#wasThere = false;
    this.refused = null;
    try {
      this.#sent = await this.#backend.send(fromPlain(text), this.view.seen_through);
    } catch (thrown) {
      this.refused = asError(thrown);
      this.sending = false;
      return;
    }
    // Kept, so it is no draft any more.
    await this.#saveDraft("");
    await this.load();
  }

  /** Looks what became of the reply: closes, or says why not and gives the text back. */
  async #settle(): Promise<void> {
    const sent = this.#sent;
    if (sent === null || this.#left) return;
    const delivery = this.view?.messages.find((one) => one.client_id === sent)?.delivery ?? null;
    if (delivery === null && (this.#wasThere || this.view === null)) {
      // Taken back in the main window, or gone with its conversation: there is nothing to wait for.
      this.#sent = null;
      this.sending = false;
      return;
    }
    this.#wasThere ||= delivery !== null;
    if (delivery?.delivery === "failed") {
      this.#sent = null;
      this.refused = delivery.error;
      this.sending = false;
      await this.#saveDraft(this.text);
      // It would stand beside its own text otherwise, to be tried again in two places.
      await this.#backend.takeBack(sent).catch(() => undefined);
    } else if (delivery?.delivery === "stored" || (delivery !== null && this.connection.state !== "live")) {
      await this.close();
    }
  }

  /** Closes, and keeps what was begun as the conversation's draft. */
  async leave(): Promise<void> {
    this.#draft.flush();
    if (!this.sending) await this.#saveDraft();
    await this.close();
  }

  /** Goes on in the main window, with what was begun. */
  async openConversation(): Promise<void> {
    if (!this.sending) await this.#saveDraft();
    try {
      await this.#backend.open();
    } catch (thrown) {
      this.refused = asError(thrown);
      return;
    }
    await this.close();
  }

  async close(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    try {
      await this.#backend.close();
    } catch (thrown) {
      this.#left = false;
      this.refused = asError(thrown);
    }
  }

  /** What an agent is called. */
  name(message: MessageItem): string | null {
    const { by } = message;
    if (by.by !== "agent") return null;
    return this.team?.agents.find((agent) => agent.id === by.agent_id)?.name ?? null;
  }

  reportFocus(focused: boolean, atEnd: boolean): void {
    const now = JSON.stringify([focused, atEnd]);
    if (now === this.#lastFocus) return;
    this.#lastFocus = now;
    void this.#backend.focus(focused, atEnd).catch(() => (this.#lastFocus = ""));
  }

  reportInput(now: number): void {
    if (now - this.#lastInput < INPUT_EVERY) return;
    this.#lastInput = now;
    void this.#backend.input().catch(() => (this.#lastInput = -INPUT_EVERY));
  }

  /** The visitor sees that somebody writes. */
  reportWriting(now: number): void {
    if (now - this.#lastWriting < WRITING_EVERY_MS) return;
    this.#lastWriting = now;
    void this.#backend.writing().catch(() => undefined);
  }

  async #saveDraft(text = this.text): Promise<void> {
    if (this.view === null || text === this.#draftSaved) return;
    try {
      await this.#backend.saveDraft(text);
      this.#draftSaved = text;
    } catch {
      // The text stays in the field; the next key stroke tries again.
    }
  }
}
