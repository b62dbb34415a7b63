import type { Dispatcher, Pool } from "undici";
import type { Clock } from "../../../base/clock.ts";
import { ByteBuffer } from "../byte-buffer.ts";
import { FailureError } from "./failure.ts";

/** The bytes of one response, as they came. */
export interface RawResponse {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, as they came. */
  readonly headers: readonly Buffer[];
  readonly body: Buffer;
  /** The body was longer than the limit; the rest was not read. */
  readonly truncated: boolean;
}

export interface ExchangeBounds {
  /** Bytes of the body that are kept. */
  readonly maxBytes: number;
  /** The same for a compressed body, whose bytes say little about its length. */
  readonly maxEncodedBytes: number;
  /** From now; the exchange fails with `timeout` after it. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The values of a header, joined as one list; empty when it is absent. `name` is in lower case. */
export const headerValue = (headers: readonly Buffer[], name: string): string => {
  let value = "";
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const key = headers[at];
    if (key?.length !== name.length || key.toString("latin1").toLowerCase() !== name) continue;
    const text = headers[at + 1]?.toString("latin1").trim() ?? "";
    value = value === "" ? text : `${value}, ${text}`;
  }
  return value;
};

/** One request and its response, without redirects. @throws Error what undici reports, or FailureError */
export const exchange = (
  pool: Pool,
  options: Dispatcher.DispatchOptions,
  bounds: ExchangeBounds,
): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    if (bounds.signal.aborted) return reject(new FailureError("aborted", "aborted before it was sent"));
    const handler = new ExchangeHandler(bounds, resolve, reject);
    pool.dispatch(options, handler);
  });

/**
 * Collects one response. It uses undici's handler interface that delivers headers as raw bytes, because operators see
 * them as they came, and because it is the one that undici calls without a wrapper.
 */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #maxEncodedBytes: number;
  readonly #resolve: (response: RawResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #finish: () => void;
  readonly #body = new ByteBuffer();
  #abort: ((error?: Error) => void) | undefined;
  #ended: Error | "done" | undefined;
  #status = 0;
  #reason = "";
  #headers: readonly Buffer[] = [];
  #maxBytes: number;

  constructor(bounds: ExchangeBounds, resolve: (response: RawResponse) => void, reject: (error: Error) => void) {
    this.#maxBytes = bounds.maxBytes;
    this.#maxEncodedBytes = bounds.maxEncodedBytes;
    this.#resolve = resolve;
    this.#reject = reject;
    const onAbort = (): void => this.#fail(new FailureError("aborted", "aborted"));
    bounds.signal.addEventListener("abort", onAbort);
    const timer = bounds.clock.after(Math.max(bounds.deadlineMs, 0), () => {
      this.#fail(new FailureError("timeout", "no complete response within the time limit"));
    });
    this.#finish = () => {
      timer.cancel();
      bounds.signal.removeEventListener("abort", onAbort);
    };
  }

  onConnect(abort: (error?: Error) => void): void {
    // It may have failed while it waited for a connection; the request must not be sent then.
    if (this.#ended instanceof Error) abort(this.#ended);
    else this.#abort = abort;
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, reason: string): boolean {
    if (status < 200) return true;
    this.#status = status;
    this.#reason = reason;
    this.#headers = headers;
    if (headerValue(headers, "content-encoding") !== "") this.#maxBytes = this.#maxEncodedBytes;
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#ended !== undefined) return true;
    if (!this.#body.append(chunk, this.#maxBytes)) {
      this.#succeed(true);
      this.#abort?.(new FailureError("aborted", "the body is longer than the limit"));
    }
    return true;
  }

  onComplete(): void {
    this.#succeed(false);
  }

  onError(error: Error): void {
    this.#fail(error);
  }

  #succeed(truncated: boolean): void {
    if (this.#ended !== undefined) return;
    this.#ended = "done";
    this.#finish();
    this.#resolve({
      status: this.#status,
      reason: this.#reason,
      headers: this.#headers,
      body: this.#body.bytes(),
      truncated,
    });
  }

  #fail(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#finish();
    this.#reject(error);
    this.#abort?.(error);
  }
}
