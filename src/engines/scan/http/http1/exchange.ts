import { FailureError } from "../failure.ts";
import type { Watch, Watched } from "../watch.ts";
import { type RawResponse, type ReadOptions, ResponseReader } from "./response-reader.ts";

/** What an exchange knows of the connection that it goes over. */
export interface Carrier {
  readonly ip: string | undefined;
  destroy(): void;
}

export interface ExchangeSetup {
  /** The request, a byte string. */
  readonly bytes: string;
  readonly reading: ReadOptions;
  /** From the moment when the request is written until the response's head. */
  readonly headersMs: number;
  /** From now until the response is complete. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** It wants a connection on which nothing was sent before and nothing will be after it. */
  readonly isAlone: boolean;
}

/** What came back, and from which address. */
export interface Answer {
  readonly response: RawResponse;
  /** Undefined when it is not known, as behind a proxy. */
  readonly ip: string | undefined;
}

/** Those that may be sent again when a connection turns out to be closed, as Go's client has it. */
const replayable = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** One request and its response, without redirects: ends exactly once, by itself when its time is up. */
export class Exchange implements Watched {
  readonly bytes: string;
  readonly reader: ResponseReader;
  readonly answer: Promise<Answer>;
  place = 0;
  readonly #setup: ExchangeSetup;
  readonly #watch: Watch;
  /** Both are set when it is looked at for the first time then, which is soon enough and saves asking for the time. */
  #dueMs: number | undefined;
  #headDueMs: number | undefined;
  #resolve: (answer: Answer) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #connection: Carrier | undefined;
  #isOver = false;

  constructor(setup: ExchangeSetup, watch: Watch) {
    this.#setup = setup;
    this.#watch = watch;
    this.bytes = setup.bytes;
    this.reader = new ResponseReader(setup.reading);
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    watch.add(this);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isAlone(): boolean {
    return this.#setup.isAlone;
  }

  /** It goes on this connection now. */
  begin(connection: Carrier): void {
    this.#connection = connection;
  }

  /** Whether it may be sent once more when its connection turns out to be closed. */
  get isReplayable(): boolean {
    return !this.#isOver && replayable.has(this.#setup.reading.method);
  }

  /** It goes on another connection. */
  detach(): void {
    this.#connection = undefined;
    this.#headDueMs = undefined;
  }

  /** The response is complete. */
  succeed(ip: string | undefined): void {
    if (this.#isOver) return;
    this.#end();
    this.#resolve({ response: this.reader.response(), ip });
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(error);
    // What its response would still bring must not be taken for another's.
    this.#connection?.destroy();
  }

  check(nowMs: number): void {
    const { signal, deadlineMs, headersMs } = this.#setup;
    this.#dueMs ??= nowMs + deadlineMs;
    if (this.#connection !== undefined) this.#headDueMs ??= nowMs + headersMs;
    if (signal.aborted) {
      this.fail(new FailureError("aborted", "aborted"));
    } else if (nowMs >= this.#dueMs) {
      this.#timeOut("no complete response within the time limit");
    } else if (this.#headDueMs !== undefined && nowMs >= this.#headDueMs && !this.reader.hasHead) {
      this.#timeOut("no head of a response within the time limit");
    }
  }

  #timeOut(message: string): void {
    const { isTolerant, readsAll } = this.#setup.reading;
    // Whoever reads until nothing comes any more has no other end.
    if (isTolerant && readsAll && this.reader.hasHead) {
      this.reader.end();
      const connection = this.#connection;
      this.succeed(connection?.ip);
      connection?.destroy();
    } else {
      this.fail(new FailureError("timeout", message));
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#watch.remove(this);
  }
}
