/** What was changed on a page of settings and is not saved yet. */
import { asError } from "../backend";
import type { ErrorBody } from "../generated/protocol";

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export class Draft<T extends object> {
  saving = $state(false);
  saved = $state(false);
  refused = $state.raw<ErrorBody | null>(null);
  readonly #kept: () => T | null;
  readonly #store: (value: T) => Promise<void>;
  /** Null while nothing was changed. */
  #value = $state.raw<T | null>(null);
  /** What was kept when the changing began. */
  #base = $state.raw<T | null>(null);

  /** `kept` is what the workspace holds, as far as this window knows; `store` saves another. */
  constructor(kept: () => T | null, store: (value: T) => Promise<void>) {
    this.#kept = kept;
    this.#store = store;
  }

  get changed(): boolean {
    return this.#value !== null;
  }

  get shown(): T | null {
    return this.#value ?? this.#kept();
  }

  /** It was saved elsewhere while something is changed here. */
  get elsewhere(): boolean {
    return this.changed && this.#base !== null && !same(this.#base, this.#kept());
  }

  change(what: Partial<T>): void {
    const { shown } = this;
    if (shown === null) return;
    const kept = this.#kept();
    if (!this.changed) this.#base = kept;
    this.saved = false;
    const next = { ...shown, ...what };
    this.#value = same(next, kept) ? null : next;
  }

  discard(): void {
    this.#value = null;
    this.refused = null;
  }

  /** Whether it is saved now; what was refused stays on screen, and why. */
  async save(): Promise<boolean> {
    if (this.#value === null || this.saving) return false;
    this.saving = true;
    try {
      await this.#store(this.#value);
      this.discard();
      this.saved = true;
    } catch (thrown) {
      this.refused = asError(thrown);
    }
    this.saving = false;
    return this.saved;
  }
}

/** A draft of whatever, for what only says that there is one. */
export type Unsaved = Pick<Draft<object>, "changed" | "saving" | "saved" | "refused" | "save" | "discard">;
