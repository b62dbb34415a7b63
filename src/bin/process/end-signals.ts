import type { Clock } from "../../base/clock.ts";

/** One Ctrl-C reaches a process twice when a wrapper such as npm passes on what the terminal has sent to the whole group. */
export const sameRequestMs = 300;

/** What a signal means: the request to end, that request once more, or somebody at the keyboard who does not want to wait for it. */
export type EndSignal = "first" | "repeated" | "at-once";

/** Tells one request to end that arrives several times from a second one. Only a person hurries: a supervisor sends SIGKILL. */
export class EndSignals {
  readonly #clock: Clock;
  #askedAtMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(signal: "SIGINT" | "SIGTERM" | "SIGHUP"): EndSignal {
    const nowMs = this.#clock.monotonicMs();
    if (this.#askedAtMs === undefined) {
      this.#askedAtMs = nowMs;
      return "first";
    }
    return signal === "SIGINT" && nowMs - this.#askedAtMs >= sameRequestMs ? "at-once" : "repeated";
  }
}
