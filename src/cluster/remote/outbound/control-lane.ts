import type { Clock, Timer } from "../../../base/clock.ts";
import type { Sent } from "../../links/index.ts";
import type { Target } from "./target.ts";

/** What must not be lost because a link's outbox is full. */
type ControlKind = "watch" | "unwatch" | "terminated" | "stopped";

interface Control {
  readonly kind: ControlKind;
  readonly correlation: number;
  /** Of a watch. */
  readonly target: Target | undefined;
}

/** Who puts envelopes into the outbox. */
interface Sender {
  about(kind: ControlKind, correlation: number): Sent;
  aboutTarget(kind: "watch", correlation: number, target: Target): Sent;
}

const mostWaiting = 262_144;
const retryMs = 20;

/**
 * Sends watches, their ends and the like to one peer in order, and keeps them while its outbox has no room. Other envelopes may overtake
 * them then, which only a message after an end could not: its actor is gone.
 */
export class ControlLane {
  readonly #clock: Clock;
  readonly #sender: Sender;
  readonly #waiting = new Set<Control>();
  #retry: Timer | undefined = undefined;
  #closed = false;

  constructor(clock: Clock, sender: Sender) {
    this.#clock = clock;
    this.#sender = sender;
  }

  /** False: as many wait as may, or the peer has ended. */
  send(kind: ControlKind, correlation: number, target: Target | undefined): boolean {
    if (this.#closed) return false;
    const control: Control = { kind, correlation, target };
    if (this.#waiting.size === 0 && this.#sent(control)) return true;
    if (this.#waiting.size >= mostWaiting) return false;
    this.#waiting.add(control);
    this.#retry ??= this.#clock.after(retryMs, this.#again, true);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
  }

  #sent({ kind, correlation, target }: Control): boolean {
    const sent =
      kind === "watch" && target !== undefined
        ? this.#sender.aboutTarget(kind, correlation, target)
        : this.#sender.about(kind, correlation);
    return sent !== "full";
  }

  readonly #again = (): void => {
    this.#retry = undefined;
    for (const next of this.#waiting) {
      if (!this.#sent(next)) break;
      this.#waiting.delete(next);
    }
    if (this.#waiting.size > 0 && !this.#closed) this.#retry = this.#clock.after(retryMs, this.#again, true);
  };
}
