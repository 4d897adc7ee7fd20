/**
 * Messages that the server has not confirmed.
 *
 * Each is kept under a key of its own, so that two tabs that write at the same moment cannot lose each
 * other's. It stays until the server confirms it (its own `message` with the same client id) or the
 * visitor removes it; every connection sends what is left again, oldest first, under the same client id,
 * which the server carries out once.
 */
import type { ClientId, ErrorCode } from "../generated/protocol.ts";
import type { Store } from "./store.ts";

/** A message on its way. */
export interface Unsent {
  client_id: ClientId;
  /** As it was typed. */
  text: string;
  /** When it was written, by this browser's clock; also the order of sending. */
  at: number;
  /** Why the server refused it; such a message waits for the visitor. */
  refused?: ErrorCode;
}

/** The unconfirmed messages of one visitor on one site. */
export class UnsentQueue {
  readonly #store: Store;
  readonly #prefix: string;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** Whether a storage key belongs to this queue. */
  owns(key: string): boolean {
    return key.startsWith(this.#prefix);
  }

  /** Oldest first. */
  all(): Unsent[] {
    return this.#store
      .keys(this.#prefix)
      .flatMap((key) => read(this.#store.get(key)))
      .sort((a, b) => a.at - b.at || (a.client_id < b.client_id ? -1 : 1));
  }

  /** Keeps a new message. It comes after all that are there, whatever the clock says. */
  add(client_id: ClientId, text: string, now: number): void {
    const last = this.all().at(-1)?.at ?? 0;
    this.#put({ client_id, text, at: Math.max(now, last + 1) });
  }

  /** Notes that the server refused it; false when it is not here. */
  refuse(client_id: ClientId, code: ErrorCode): boolean {
    const item = this.#find(client_id);
    if (item !== undefined) this.#put({ ...item, refused: code });
    return item !== undefined;
  }

  /** Makes a refused message one that is sent again. */
  retry(client_id: ClientId): void {
    const item = this.#find(client_id);
    if (item !== undefined) this.#put({ client_id, text: item.text, at: item.at });
  }

  /** Confirmed, or given up. */
  delete(client_id: ClientId): void {
    this.#store.delete(this.#prefix + client_id);
  }

  #find(client_id: ClientId): Unsent | undefined {
    return read(this.#store.get(this.#prefix + client_id))[0];
  }

  #put(item: Unsent): void {
    this.#store.set(this.#prefix + item.client_id, JSON.stringify(item));
  }
}

/** What is stored may stem from another version of the widget, or from somebody's console. */
function read(json: string | null): Unsent[] {
  try {
    const value = JSON.parse(json ?? "null") as Unsent | null;
    const good =
      typeof value?.client_id === "string" && typeof value.text === "string" && typeof value.at === "number";
    return good ? [value] : [];
  } catch {
    return [];
  }
}
