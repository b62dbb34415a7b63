import { same } from "../behavior.ts";
import { AskEnvelope } from "../mail/ask.ts";
import { Envelope } from "../mail/envelope.ts";
import { Notice } from "../mail/inbox.ts";
import type { CellRefusal } from "../mail/refusal.ts";
import type { ActorCell } from "./actor-cell.ts";
import { HandlerRun, type HandlerOwner, type Turn } from "./handler-run.ts";
import { Life } from "./life.ts";

/** The cell whose behavior runs. */
export interface BehaviorOwner extends ActorCell {
  /** Messages whose handler succeeded. */
  handled: number;
  /** Handlers that were given up after the stop timeout. */
  abandoned: number;
  /** `initial` succeeded. */
  begun(): void;
  deadLetter(reason: CellRefusal, entry: unknown): void;
  wake(): void;
}

/** The behavior of one actor as it runs: its state, its life, and the calls of its functions, one at a time. */
export class BehaviorRun implements HandlerOwner {
  readonly #owner: BehaviorOwner;
  readonly #handler = new HandlerRun(this);
  #life: Life | undefined = undefined;
  #state: unknown = undefined;
  /** `initial` succeeded and `stopped` has not been called yet. */
  #alive = false;

  constructor(owner: BehaviorOwner) {
    this.#owner = owner;
  }

  get path(): string {
    return this.#owner.path;
  }

  /** Which function runs now. */
  get turn(): Turn | undefined {
    return this.#handler.turn;
  }

  /** Begins a life. */
  begin(): void {
    const life = new Life(this.#owner, this.#owner.lastFailure);
    this.#life = life;
    this.#call("initial", () => this.#owner.settings.behavior.initial(life));
  }

  /** Handles what the inbox gave. */
  receive(entry: unknown): void {
    let turn: Turn = "receive";
    let message = entry;
    if (entry instanceof Envelope) {
      message = entry.message;
      if (entry instanceof AskEnvelope) entry.ask.taken = true;
      else if (entry instanceof Notice) turn = "notice";
    }
    this.#handler.begin(turn, entry);
    let outcome: unknown;
    try {
      outcome = this.#owner.settings.behavior.receive(this.#state, message, this.#life as Life);
    } catch (thrown) {
      this.#handler.threw(turn, thrown);
      return;
    }
    this.#returned(turn, outcome);
  }

  /** The life is to end: what belongs to it does now, and its running function is waited for only so long. */
  endLife(): void {
    this.#life?.end();
    this.#limit();
  }

  /** Calls `stopped`, once in a life that had a state. True: no function runs any more. */
  finish(): boolean {
    if (this.#alive) {
      this.#alive = false;
      const { behavior } = this.#owner.settings;
      if (behavior.stopped === undefined) this.#state = undefined;
      else this.#call("stopped", () => behavior.stopped?.(this.#state, this.#life as Life));
    }
    return this.#handler.turn === undefined;
  }

  /** The life is over. False: there was none. */
  forgetLife(): boolean {
    const had = this.#life !== undefined;
    this.#life = undefined;
    return had;
  }

  handlerDone(turn: Turn, value: unknown): void {
    switch (turn) {
      case "receive":
        this.#owner.handled += 1;
        if (value !== same) this.#state = value;
        return;
      case "notice":
        if (value !== same) this.#state = value;
        return;
      case "initial":
        this.#state = value;
        this.#alive = true;
        this.#owner.begun();
        return;
      case "stopped":
        this.#state = undefined;
        return;
    }
  }

  handlerCrashed(turn: Turn, entry: unknown, error: Error): void {
    const owner = this.#owner;
    owner.failures += 1;
    if (turn === "stopped") {
      this.#state = undefined;
      owner.log.error({ err: error }, "the stopped function of an actor failed");
      return;
    }
    owner.lastFailure = error;
    if (turn === "receive") owner.deadLetter("crashed", entry);
    owner.fail(error);
  }

  handlerAbandoned(turn: Turn, entry: unknown): void {
    const owner = this.#owner;
    owner.abandoned += 1;
    const timeoutMs = owner.settings.stopTimeoutMs;
    owner.log.error({ turn, timeoutMs }, "a handler did not end in time and was abandoned");
    if (turn === "receive") owner.deadLetter("abandoned", entry);
  }

  handlerFailedLate(error: Error): void {
    this.#owner.log.warn({ err: error }, "an abandoned handler failed");
  }

  wake(): void {
    this.#owner.wake();
  }

  #call(turn: Turn, call: () => unknown): void {
    this.#handler.begin(turn, undefined);
    let outcome: unknown;
    try {
      outcome = call();
    } catch (thrown) {
      this.#handler.threw(turn, thrown);
      return;
    }
    this.#returned(turn, outcome);
  }

  #returned(turn: Turn, outcome: unknown): void {
    this.#handler.returned(turn, outcome);
    if (this.#life?.ended === true) this.#limit();
  }

  #limit(): void {
    const { services, settings } = this.#owner;
    this.#handler.limit(services.clock, settings.stopTimeoutMs);
  }
}
