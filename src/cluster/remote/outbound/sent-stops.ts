import type { Clock, Timer } from "../../../base/clock.ts";
import { KernelError } from "../../../kernel/index.ts";
import type { Sent } from "../../links/index.ts";
import { failureOf, refused, unreachable, type FailureText } from "../failures.ts";
import type { Target } from "./target.ts";
import type { ActorRef } from "../../../wire/index.ts";

/** Longer than an actor with some generations of children takes to give up handlers that do not end. */
const longestMs = 60_000;
const mostStops = 1_024;

/** How stops reach a peer. */
interface Outlet {
  nextCorrelation(): number;
  aboutTarget(kind: "stop", correlation: number, target: Target): Sent;
}

interface SentStop {
  readonly target: ActorRef;
  readonly timer: Timer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The stops that one peer was asked for and has not told the end of. */
export class SentStops {
  readonly #open = new Map<number, SentStop>();
  readonly #outlet: Outlet;
  readonly #clock: Clock;

  constructor(outlet: Outlet, clock: Clock) {
    this.#outlet = outlet;
    this.#clock = clock;
  }

  /**
   * Resolves when the actor is gone, or its node is.
   * @throws KernelError `unreachable`, `refused`, `too-many-asks`, `ask-timeout` after a minute. As a rejection.
   */
  request(target: Target): Promise<void> {
    const { ref } = target;
    if (this.#open.size >= mostStops) return Promise.reject(unreachable(ref));
    const correlation = this.#outlet.nextCorrelation();
    const sent = this.#outlet.aboutTarget("stop", correlation, target);
    if (sent === "ended") return Promise.resolve();
    if (sent !== "queued") {
      return Promise.reject(sent === "full" ? unreachable(ref) : refused(ref, "oversized"));
    }
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(longestMs, () => {
        this.#open.delete(correlation);
        reject(overdue(ref));
      });
      this.#open.set(correlation, { target: ref, timer, resolve, reject });
    });
  }

  /** Nothing if it was given up. */
  stopped(correlation: number): void {
    this.#take(correlation)?.resolve();
  }

  /** False: there is no such stop. */
  failed(correlation: number, failure: FailureText): boolean {
    const stop = this.#take(correlation);
    stop?.reject(failureOf(stop.target, failure));
    return stop !== undefined;
  }

  /** The peer has ended, and all its actors with it. */
  endAll(): void {
    for (const correlation of [...this.#open.keys()]) this.stopped(correlation);
  }

  failAll(error: (target: ActorRef) => KernelError): void {
    for (const [correlation, { target, reject }] of [...this.#open]) {
      this.#take(correlation);
      reject(error(target));
    }
  }

  #take(correlation: number): SentStop | undefined {
    const stop = this.#open.get(correlation);
    stop?.timer.cancel();
    this.#open.delete(correlation);
    return stop;
  }
}

const overdue = ({ node, path, incarnation }: ActorRef): KernelError =>
  new KernelError("ask-timeout", `node "${node}" did not say in time that ${path} has stopped`, {
    retryable: true,
    ids: { node, path, incarnation },
  });
