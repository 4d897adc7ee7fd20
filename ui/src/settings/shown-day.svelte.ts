/**
 * The day that is shown: whose, which, and what is known of it. The strip below the week and the list of
 * changes are two views of this one.
 */
import { asError } from "../backend";
import type { AgentId, ErrorBody } from "../generated/protocol";
import type { DayView } from "../generated/view";
import type { App } from "../state/app.svelte";
import { clock } from "../state/clock.svelte";
import { dateIn, shifted } from "./words";

export class ShownDay {
  /** `null`: oneself. */
  whose = $state<AgentId | null>(null);
  day = $state.raw<DayView | null>(null);
  error = $state.raw<ErrorBody | null>(null);
  /** Where the table was saved. */
  savedAs = $state<string | null>(null);

  readonly #app: App;
  readonly #zone: () => string;
  /** `null`: today, whichever day that is. */
  #date = $state<string | null>(null);
  #turn = 0;

  readonly today = $derived.by(() => dateIn(this.#zone(), clock.minute));
  readonly date = $derived.by(() => this.#date ?? this.today);
  /** Whose it is, where it is a colleague's. */
  readonly name = $derived.by(() => (this.whose === null ? null : this.#app.name(this.whose)));

  /** `zone`: the one whose days are meant. */
  constructor(app: App, zone: () => string) {
    this.#app = app;
    this.#zone = zone;
  }

  /** Asks for the day as it is now. An answer to an earlier question counts no more. */
  async load(): Promise<void> {
    const mine = (this.#turn += 1);
    try {
      const loaded = await this.#app.backend.day(this.whose, this.date);
      if (mine !== this.#turn) return;
      this.day = loaded;
      this.error = null;
    } catch (thrown) {
      if (mine !== this.#turn) return;
      this.day = null;
      this.error = asError(thrown);
    }
  }

  /** Some days later; never later than today. */
  step(days: number): void {
    this.savedAs = null;
    const next = shifted(this.date, days);
    this.#date = next >= this.today ? null : next;
  }

  of(agent: AgentId | null): void {
    this.whose = agent;
    this.savedAs = null;
  }

  async save(): Promise<void> {
    try {
      this.savedAs = await this.#app.backend.exportDay(this.whose, this.date);
      this.error = null;
    } catch (thrown) {
      this.error = asError(thrown);
    }
  }
}
