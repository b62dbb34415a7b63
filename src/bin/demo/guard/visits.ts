import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { FrontEndProcess } from "../front-end-process.ts";
import { visitPath } from "./front-end-settings.ts";
import { send, type Outcome } from "./send.ts";

/** An access as its client saw it. */
export interface Access {
  readonly from: string;
  /** Index of the front end, and which of its lives it was. */
  readonly frontEnd: number;
  readonly life: number;
  readonly outcome: Exclude<Outcome, "refused">;
}

const longestMs = 30_000;
const againMs = 20;

/** Accesses of clients to front ends, all of which are written down. */
export class Visits {
  readonly log: Access[] = [];
  readonly #frontEnds: readonly FrontEndProcess[];
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor(frontEnds: readonly FrontEndProcess[], clock: Clock, signal: AbortSignal) {
    this.#frontEnds = frontEnds;
    this.#clock = clock;
    this.#signal = signal;
  }

  /**
   * One access by a front end, or by the next one while that does not serve, as behind a load balancer.
   * @throws Error when none serves within half a minute
   */
  async visit(from: string, frontEnd: number): Promise<Access> {
    const untilMs = this.#clock.monotonicMs() + longestMs;
    for (let at = frontEnd; ; at += 1) {
      this.#signal.throwIfAborted();
      const index = at % this.#frontEnds.length;
      const life = this.#frontEnds[index]?.lives ?? 0;
      const outcome = await this.#send(from, index);
      if (outcome !== "refused") {
        const access = { from, frontEnd: index, life, outcome };
        this.log.push(access);
        return access;
      }
      if (this.#clock.monotonicMs() > untilMs) throw new Error(`no front end has served within ${longestMs} ms`);
      await pause(this.#clock, againMs, this.#signal);
    }
  }

  /** Whether every front end denies a client, asked by accesses that are not written down. */
  async isDeniedByAll(from: string): Promise<boolean> {
    const outcomes = await Promise.all(this.#frontEnds.map((_, index) => this.#send(from, index)));
    return outcomes.every((outcome) => outcome === "denied");
  }

  #send(from: string, index: number): Promise<Outcome> {
    return send("GET", `${this.#frontEnds[index]?.url ?? ""}${visitPath}`, from);
  }
}
