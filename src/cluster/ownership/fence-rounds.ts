import { asError } from "../../base/errors.ts";
import type { Context } from "../../kernel/index.ts";
import type { OwnedKind } from "./owned-kind.ts";
import type { OwnerMessage, Round } from "./owner-message.ts";
import { settleFences, type FenceOutcome, type FenceRequest } from "./settle-fences.ts";
import type { SpaceLanes } from "./space-lanes.ts";

const firstPauseMs = 20;
const longestPauseMs = 1_000;
/** However quiet the space is, one that waits for a fence looks at it this often. */
const pollMs = 1_000;
/** However busy the space is, no more often than this. */
const lookEveryMs = 100;

/** The store calls about the fences of one kind: one at a time, outside of the actor's turns, which it must never block. */
export class FenceRounds {
  readonly #kind: OwnedKind;
  readonly #lanes: SpaceLanes;
  readonly #context: Context<OwnerMessage>;
  #running: Round | undefined;
  #pausing = false;
  #failures = 0;
  #watching = false;

  constructor(kind: OwnedKind, lanes: SpaceLanes, context: Context<OwnerMessage>) {
    this.#kind = kind;
    this.#lanes = lanes;
    this.#context = context;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Whether another round may begin now. */
  get ready(): boolean {
    return this.#running === undefined && !this.#pausing;
  }

  /** Begins a round. Its outcome comes as `settled`. */
  begin(request: FenceRequest): void {
    const round: Round = Symbol(this.#kind.name);
    this.#running = round;
    const settled = (outcome: FenceOutcome): OwnerMessage => ({
      type: "settled",
      kind: this.#kind.name,
      round,
      outcome,
    });
    const failed = (thrown: unknown): OwnerMessage => ({ type: "round-failed", round, error: asError(thrown) });
    this.#tellLater(this.#lanes.run(this.#kind.space, () => settleFences(request)).then(settled, failed));
  }

  /** Notes the end of a round. False: it was one of an earlier life. */
  end(round: Round): boolean {
    if (round !== this.#running) return false;
    this.#running = undefined;
    return true;
  }

  /** A round came to something. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** A round came to nothing: the next one begins after a pause, which ends with `retry`. */
  pause(outcome: Exclude<FenceOutcome, { readonly status: "settled" }>): void {
    if (outcome.status === "unavailable" && this.#failures === 0) {
      const facts = { err: outcome.error, kind: this.#kind.name };
      this.#context.log.warn(facts, "the store did not answer about fences; trying again");
    }
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
    // More would change nothing, and the power has to stay a number.
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#pausing = true;
    const jitter = 0.5 + this.#context.random.next();
    this.#context.timers.once(`retry/${this.#kind.name}`, pauseMs * jitter, { type: "retry", kind: this.#kind.name });
  }

  retry(): void {
    this.#pausing = false;
  }

  /** A `look` is wanted when another node has changed the space, or after a while. */
  awaitChange(seen: number): void {
    if (this.#watching) return;
    this.#watching = true;
    const { name } = this.#kind;
    this.#context.timers.once(`watch/${name}`, lookEveryMs, { type: "watch", kind: name, seen });
  }

  watch(seen: number): void {
    const look: OwnerMessage = { type: "look", kind: this.#kind.name };
    const space = this.#kind.space;
    this.#tellLater(
      space.changed(seen, pollMs).then(
        () => look,
        // A hint that failed; the round that follows finds out whether the store answers.
        () => look,
      ),
    );
  }

  looked(): void {
    this.#watching = false;
  }

  #tellLater(message: Promise<OwnerMessage>): void {
    const { signal, self } = this.#context;
    void message.then((arrived) => {
      if (!signal.aborted) self.tell(arrived);
    });
  }
}
