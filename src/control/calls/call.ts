import type { Metadata } from "@grpc/grpc-js";
import type { Clock } from "../../base/clock.ts";
import type { Caller } from "../../wire/index.ts";
import type { CallOrigin } from "../access/judge-call.ts";
import { ControlError } from "../errors.ts";

/** A call of any kind, as grpc-js hands it over. */
export interface SurfaceCall {
  readonly metadata: Metadata;
  getPeer(): string;
  /** Wall time in milliseconds; Infinity: none. */
  getDeadline(): Date | number;
  on(event: "cancelled", listener: () => void): unknown;
}

/** What a handler knows of the call that it serves. */
export interface Call {
  /** Who makes it. Of a call that was passed on: who made it first. */
  readonly caller: Caller;
  /** A node has passed it on for its own client. */
  readonly forwarded: boolean;
  /** Aborted when the caller gave up, its time is over, or, for a stream, the node ends. The reason is an Error. */
  readonly signal: AbortSignal;
  /** How long the caller still waits, in milliseconds. */
  leftMs(): number;
  /** Names what the call is about, such as a scan's id, for the audit log. */
  concerns(subject: string): void;
  /** Another node has served the call, and has written it down. */
  servedElsewhere(): void;
}

/** A call from its begin to its end. */
export class OpenCall implements Call {
  readonly origin: CallOrigin;
  readonly peer: string;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #endMs: number;
  readonly #timer: { cancel(): void };
  #subject = "";
  #elsewhere = false;
  #closed = false;

  /** @param limitMs how long a call takes at most, whatever the caller allows */
  constructor(call: SurfaceCall, origin: CallOrigin, clock: Clock, limitMs: number) {
    this.origin = origin;
    this.peer = call.getPeer();
    this.#clock = clock;
    const leftMs = Math.min(Number(call.getDeadline()) - clock.wallMs(), limitMs);
    this.#endMs = clock.monotonicMs() + leftMs;
    this.#timer = clock.after(leftMs, () => this.end(timeOver(leftMs)), true);
    // grpc-js tells of this after every call.
    call.on("cancelled", () => {
      if (!this.#closed) this.end(new ControlError("caller-gone", "the caller has gone"));
    });
  }

  get caller(): Caller {
    return this.origin.caller;
  }

  get forwarded(): boolean {
    return this.origin.through !== "";
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get subject(): string {
    return this.#subject;
  }

  get elsewhere(): boolean {
    return this.#elsewhere;
  }

  leftMs(): number {
    return Math.max(0, this.#endMs - this.#clock.monotonicMs());
  }

  concerns(subject: string): void {
    this.#subject = subject;
  }

  servedElsewhere(): void {
    this.#elsewhere = true;
  }

  /** It was served. */
  close(): void {
    this.#closed = true;
    this.#timer.cancel();
  }

  /** Stops whoever serves it. Idempotent. */
  end(reason: Error): void {
    this.#timer.cancel();
    this.#controller.abort(reason);
  }

  /** What `work` comes to, unless the call ends before. */
  within<Result>(work: Promise<Result>): Promise<Result> {
    return unlessAborted(work, this.signal);
  }
}

/** What `work` comes to; when the signal is aborted before, it rejects with the reason. */
export const unlessAborted = async <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(signal));
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
};

/** Why a call ended. */
export const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new ControlError("caller-gone", "the call has ended");

const timeOver = (ms: number): ControlError =>
  new ControlError("deadline", `not done within ${Math.round(ms)} ms; whether it will be is unknown`, {
    retryable: true,
  });
