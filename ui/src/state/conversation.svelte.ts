/**
 * The open conversation: its newest page, what was scrolled to before it, and what is being
 * written. Nothing here is the truth: a change asks for the newest page again.
 */
import { asError, type Backend } from "../backend";
import type { ClientId, Command, ConversationId, ErrorBody, Seq } from "../generated/protocol";
import type { ConversationView, MessageItem } from "../generated/view";
import { fromPlain, room } from "../pure/body";
import { coalesce, debounce } from "../pure/frame";
import { arrived, join, oldest, prepend } from "../pure/transcript";

export type Mode = "reply" | "comment";

/** What a comment had come to when another conversation was opened. Only replies are drafts: a
 * comment must never come back as something a visitor could be sent. */
// eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on screen reads it
const unfinishedComments = new Map<ConversationId, string>();

export class OpenConversation {
  readonly id: ConversationId;
  view = $state.raw<ConversationView | null>(null);
  messages = $state.raw<MessageItem[]>([]);
  /** Older ones exist somewhere. */
  more = $state(false);
  /** Older ones exist, but not on this computer, and cannot be fetched now. */
  notHere = $state(false);
  loadingOlder = $state(false);
  /** It cannot be read. */
  error = $state.raw<ErrorBody | null>(null);
  /** What I did here was refused. */
  refused = $state.raw<ErrorBody | null>(null);
  /** How far I had read when I opened it. */
  readThrough = $state<Seq>(0);
  atEnd = $state(true);

  mode = $state<Mode>("reply");
  reply = $state("");
  comment = $state("");
  sending = $state(false);

  #backend: Backend;
  #onArrived: (messages: MessageItem[]) => void;
  #marked: Seq = 0;
  /** Somebody looks at it. */
  #watched = false;
  #asking = false;
  #askAgain = false;
  #draftSaved = "";
  /** Saves of the draft that are under way, and all that began or ended: what was read before is older. */
  #saves = 0;
  #draftTurns = 0;
  #closed = false;
  #draft = debounce(() => void this.#saveDraft(), 400);
  readonly refresh: () => void;

  constructor(
    backend: Backend,
    id: ConversationId,
    onArrived: (messages: MessageItem[]) => void = () => undefined,
  ) {
    this.#backend = backend;
    this.id = id;
    this.#onArrived = onArrived;
    this.comment = unfinishedComments.get(id) ?? "";
    this.refresh = coalesce(() => void this.load());
  }

  /** Reads the newest page. */
  async load(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    try {
      do {
        this.#askAgain = false;
        const turn = this.#draftTurns;
        const view = await this.#backend.conversation(this.id);
        this.#take(view);
        // Written, or sent, in the small window: what stands here untouched is no longer it.
        const untouched = this.#saves === 0 && turn === this.#draftTurns && this.reply === this.#draftSaved;
        if (untouched && !this.sending) this.reply = this.#draftSaved = view.draft;
      } while (this.#askAgain && !this.#closed);
    } catch (thrown) {
      this.error = asError(thrown);
      // Erased, or out of my sight: nothing of it stays on screen.
      if (this.error.code === "not_found") {
        this.view = null;
        this.messages = [];
      }
    } finally {
      this.#asking = false;
    }
  }

  #take(view: ConversationView): void {
    const first = this.view === null;
    const messages = join(this.messages, view.messages);
    // Whether older ones exist is the older page's to say, once one was read.
    if (first || messages.length === view.messages.length) {
      this.more = view.more;
      this.notHere = false;
    }
    if (first) {
      this.readThrough = view.read_through;
      this.reply = view.draft;
      this.#draftSaved = view.draft;
    } else {
      const news = arrived(this.messages, messages);
      if (news.length > 0) this.#onArrived(news);
      // What one sees arrive needs no line above it; a line that is there stays where it is.
      const nothingNew = this.readThrough >= (this.view?.seen_through ?? 0);
      if (this.#watched && this.atEnd && nothingNew) this.readThrough = view.seen_through;
    }
    this.messages = messages;
    this.view = view;
    this.error = null;
  }

  /** Reads the page before what is here. */
  async loadOlder(): Promise<void> {
    const before = oldest(this.messages);
    if (this.loadingOlder || !this.more || this.notHere || before === null) return;
    this.loadingOlder = true;
    try {
      const page = await this.#backend.older(this.id, before);
      if (page.messages.length > 0) this.messages = prepend(page.messages, this.messages);
      this.more = page.more;
      this.notHere = page.not_here;
    } catch (thrown) {
      this.refused = asError(thrown);
    } finally {
      this.loadingOlder = false;
    }
  }

  /** History that was out of reach may be within it now. */
  tryOlderAgain(): void {
    this.notHere = false;
  }

  /** What is in the composer. */
  get text(): string {
    return this.mode === "reply" ? this.reply : this.comment;
  }

  write(text: string): void {
    if (this.mode === "reply") {
      this.reply = text;
      this.#draft.ask();
    } else {
      this.comment = text;
    }
  }

  get room(): number {
    return room(this.text);
  }

  get canSend(): boolean {
    return this.view !== null && !this.sending && this.text.trim() !== "" && this.room >= 0;
  }

  /** Sends what is in the composer. It is cleared once the command is kept on this computer. */
  async send(): Promise<void> {
    if (!this.canSend || this.view === null) return;
    const { mode } = this;
    const text = this.text;
    const body = fromPlain(text);
    this.sending = true;
    const kept = await this.act(
      mode === "reply"
        ? { kind: "reply", conversation_id: this.id, body, seen_through: this.view.seen_through }
        : { kind: "comment", conversation_id: this.id, body, mentions: [] },
    );
    this.sending = false;
    if (!kept) return;
    // What was typed meanwhile stays.
    const rest = (now: string) => (now.startsWith(text) ? now.slice(text.length) : now);
    if (mode === "reply") {
      this.reply = rest(this.reply);
      this.#draft.ask();
      this.#draft.flush();
    } else {
      this.comment = rest(this.comment);
    }
    // What I answered is read, and so is all above it.
    this.readThrough = this.view.seen_through;
  }

  /** Does something to this conversation. Returns whether it was accepted here. */
  async act(command: Command): Promise<boolean> {
    try {
      await this.#backend.submit(command);
      this.refused = null;
      return true;
    } catch (thrown) {
      this.refused = asError(thrown);
      return false;
    }
  }

  async retry(clientId: ClientId): Promise<void> {
    await this.#try(() => this.#backend.retry(clientId));
  }

  async discard(clientId: ClientId): Promise<void> {
    await this.#try(() => this.#backend.discard(clientId));
  }

  async #try(what: () => Promise<void>): Promise<void> {
    try {
      await what();
      this.refused = null;
    } catch (thrown) {
      this.refused = asError(thrown);
    }
  }

  /** All of it is on screen and somebody looks: it is read. */
  markRead(): void {
    this.#watched = true;
    const view = this.view;
    if (view === null) return;
    const through = view.seen_through;
    const already = Math.max(view.read_through, this.#marked);
    // What I wrote myself needs no reading.
    const unread = this.messages.some((one) => one.by.by !== "me" && (one.seq ?? 0) > already);
    if (!unread) return;
    this.#marked = through;
    void this.#backend
      .submit({ kind: "mark_read", conversation_id: this.id, through })
      .catch(() => (this.#marked = 0));
  }

  /** Nobody looks any more: what comes from now on is new. */
  lookAway(): void {
    this.#watched = false;
    if (this.view !== null && this.atEnd) this.readThrough = this.view.seen_through;
  }

  /** Puts away what is unfinished; another conversation is opened, or the window closes. */
  leave(): void {
    this.#closed = true;
    if (this.comment.trim() === "") unfinishedComments.delete(this.id);
    else unfinishedComments.set(this.id, this.comment);
    this.#draft.flush();
  }

  async #saveDraft(): Promise<void> {
    if (this.reply === this.#draftSaved) return;
    const text = this.reply;
    this.#saves += 1;
    this.#draftTurns += 1;
    try {
      await this.#backend.saveDraft(this.id, text);
      this.#draftSaved = text;
    } catch {
      // The text stays in the composer; the next key stroke tries again.
    } finally {
      this.#saves -= 1;
      this.#draftTurns += 1;
    }
  }
}
