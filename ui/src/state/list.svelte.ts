/**
 * The conversation list: pages of one query, and which row has the keyboard.
 *
 * A page is a chunk of the list (see `pure/windowing`). Only pages near the viewport are held. When
 * conversations change, the drawn pages are asked for again and the others forgotten; what is on
 * screen stays there until its successor has come, so nothing flickers.
 */
import { SvelteMap } from "svelte/reactivity";
import { asError, type Backend } from "../backend";
import type { ConversationId, ErrorBody } from "../generated/protocol";
import type { ConversationItem, Folder, Sort } from "../generated/view";
import { coalesce } from "../pure/frame";
import { CHUNK } from "../pure/windowing";

export class List {
  folder = $state.raw<Folder>({ folder: "mine" });
  open = $state(true);
  sort = $state<Sort>("longest_waiting");
  total = $state(0);
  /** Something of this query has arrived. */
  loaded = $state(false);
  error = $state.raw<ErrorBody | null>(null);
  readonly pages = new SvelteMap<number, ConversationItem[]>();
  /** The row that takes the arrow keys. */
  current = $state(0);

  #backend: Backend;
  #drawn: number[] = [0];
  #query = 0;
  /** What is on its way. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on screen reads it
  #asked = new Map<number, Promise<void>>();
  /** During a refresh: the conversation with the keyboard, and the row it was on. */
  #following: { id: ConversationId; from: number } | null = null;
  readonly refresh: () => void;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.refresh = coalesce(() => void this.#again());
  }

  /** Shows another folder, state or order from its beginning. */
  show(change: { folder?: Folder; open?: boolean; sort?: Sort }): void {
    if (change.folder) this.folder = change.folder;
    if (change.open !== undefined) this.open = change.open;
    if (change.sort) this.sort = change.sort;
    this.#query += 1;
    this.#asked.clear();
    this.#drawn = [0];
    this.current = 0;
    this.loaded = false;
    this.total = 0;
    this.pages.clear();
    void this.#load(0);
  }

  /** These chunks are drawn now: their pages are needed, those far away are not. */
  draw(chunks: number[]): void {
    this.#drawn = chunks;
    for (const index of this.pages.keys()) {
      if (!chunks.some((chunk) => Math.abs(chunk - index) <= 1)) this.pages.delete(index);
    }
    for (const index of chunks) if (!this.pages.has(index)) void this.#load(index);
  }

  /** Waits until a row is here, or cannot be had. */
  async ready(index: number): Promise<void> {
    const chunk = Math.floor(index / CHUNK);
    if (!this.pages.has(chunk)) await this.#load(chunk);
  }

  item(index: number): ConversationItem | undefined {
    return this.pages.get(Math.floor(index / CHUNK))?.[index % CHUNK];
  }

  /** Where a conversation stands among the rows that are here. */
  indexOf(id: ConversationId): number | null {
    for (const [page, items] of this.pages) {
      const at = items.findIndex((item) => item.conversation.id === id);
      if (at >= 0) return page * CHUNK + at;
    }
    return null;
  }

  async #again(): Promise<void> {
    // Answers to older questions must not overwrite newer ones.
    this.#query += 1;
    this.#asked.clear();
    const query = this.#query;
    const id = this.item(this.current)?.conversation.id;
    this.#following = id === undefined ? null : { id, from: this.current };
    await Promise.all(this.#drawn.map((chunk) => this.#load(chunk)));
    if (query !== this.#query) return;
    this.#following = null;
    this.current = Math.max(0, Math.min(this.current, this.total - 1));
  }

  /** The keyboard stays on its conversation wherever that moved, unless it was moved on meanwhile. */
  #follow(chunk: number, items: ConversationItem[]): void {
    const following = this.#following;
    if (following === null || this.current !== following.from) return;
    const at = items.findIndex((item) => item.conversation.id === following.id);
    if (at < 0) return;
    this.current = following.from = chunk * CHUNK + at;
  }

  #load(index: number): Promise<void> {
    const asked = this.#asked.get(index) ?? this.#ask(index, this.#query);
    this.#asked.set(index, asked);
    return asked;
  }

  async #ask(index: number, query: number): Promise<void> {
    try {
      const page = await this.#backend.list({
        folder: this.folder,
        open: this.open,
        sort: this.sort,
        offset: index * CHUNK,
        limit: CHUNK,
      });
      if (query !== this.#query) return;
      this.pages.set(index, page.items);
      this.total = page.total;
      this.#follow(index, page.items);
      this.error = null;
    } catch (thrown) {
      if (query !== this.#query) return;
      this.error = asError(thrown);
    } finally {
      if (query === this.#query) {
        this.loaded = true;
        this.#asked.delete(index);
      }
    }
  }
}
