import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  Server,
  ServerDuplexStream,
  ServerWritableStream,
} from "@grpc/grpc-js";
import type { Clock } from "../../base/clock.ts";
import type { Span, Tracing } from "../../base/tracing.ts";
import type { Method } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import { ControlError } from "../errors.ts";
import { OpenCall, reasonOf, type Call, type SurfaceCall } from "./call.ts";
import { callFailure, type CallFailure } from "./call-failure.ts";
import { CallMessages } from "./call-messages.ts";
import type { CallOrigins } from "./call-origins.ts";
import type { CallObserver } from "./call-observer.ts";
import { callSpan, endCallSpan } from "./call-span.ts";
import { serviceError } from "./service-error.ts";

/** A call that answers once, an upload with all of its messages. */
const callMs = 60_000;
const uploadMs = 180_000;
const streamMs = 3_600_000;
/** A reader that takes nothing for so long has gone. */
const writeMs = 30_000;

export interface CallServerSetup {
  readonly server: Server;
  readonly clock: Clock;
  readonly observer: Pick<CallObserver, "ended">;
  readonly origins: CallOrigins;
  readonly refusals: Refusals;
  readonly tracing: Tracing;
  /** Streams to clients that are open at once, at most. */
  readonly maxStreams: number;
}

type MethodFacts = Pick<Method<unknown, unknown>, "path" | "changes">;

type Outcome<Response> =
  { readonly ok: true; readonly response: Response } | { readonly ok: false; readonly failure: CallFailure };

type Writer<Response> = ServerWritableStream<Buffer, Response> | ServerDuplexStream<Buffer, Response>;

/** What a stream sends, and how to end it before. */
interface Flow<Response> {
  readonly messages: AsyncIterable<Response>;
  readonly end: (reason: Error) => void;
}

/**
 * Between typed handlers and grpc-js: requests are decoded and judged here, so that a bad one is told what is wrong with it; every call
 * has an end; failures become statuses.
 */
export class CallServer {
  readonly #setup: CallServerSetup;
  readonly #streams = new Set<(reason: Error) => void>();
  #closing = false;

  constructor(setup: CallServerSetup) {
    this.#setup = setup;
  }

  unary<Request, Response>(
    method: Method<Request, Response>,
    serve: (request: Request, call: Call) => Promise<Response>,
  ): void {
    const handle: handleUnaryCall<Buffer, Response> = (call, callback) => {
      const work = async (open: Call): Promise<Response> => serve(method.request.decode(call.request), open);
      void this.#traced(method, call, (span) => this.#answer(method, call, span, callMs, work)).then(
        answerTo(callback),
      );
    };
    this.#setup.server.register(method.path, handle, method.response.encode, raw, "unary");
  }

  upload<Request, Response>(
    method: Method<Request, Response>,
    serve: (requests: AsyncIterable<Request>, call: Call) => Promise<Response>,
  ): void {
    const handle: handleClientStreamingCall<Buffer, Response> = (call, callback) => {
      const work = async (open: OpenCall): Promise<Response> =>
        serve(new CallMessages(call, method.request.decode, open), open);
      void this.#traced(method, call, (span) => this.#answer(method, call, span, uploadMs, work)).then(
        answerTo(callback),
      );
    };
    this.#setup.server.register(method.path, handle, method.response.encode, raw, "clientStream");
  }

  /** `serve` is asked for the next message only when the one before has been taken by the transport. */
  stream<Request, Response>(
    method: Method<Request, Response>,
    serve: (request: Request, call: Call) => AsyncIterable<Response>,
  ): void {
    const handle: handleServerStreamingCall<Buffer, Response> = (call) => {
      const flow = (open: OpenCall): Flow<Response> => ({
        messages: serve(method.request.decode(call.request), open),
        end: (reason) => open.end(reason),
      });
      void this.#traced(method, call, (span) => this.#pour(method, call, span, flow));
    };
    this.#setup.server.register(method.path, handle, method.response.encode, raw, "serverStream");
  }

  /**
   * As `stream`, for requests that come while answers go out. When the node ends, the requests end, so that `serve` can answer those that
   * it has taken.
   */
  exchange<Request, Response>(
    method: Method<Request, Response>,
    serve: (requests: AsyncIterable<Request>, call: Call) => AsyncIterable<Response>,
  ): void {
    const handle: handleBidiStreamingCall<Buffer, Response> = (call) => {
      const flow = (open: OpenCall): Flow<Response> => {
        const requests = new CallMessages(call, method.request.decode, open);
        return { messages: serve(requests, open), end: () => requests.end() };
      };
      void this.#traced(method, call, (span) => this.#pour(method, call, span, flow));
    };
    this.#setup.server.register(method.path, handle, method.response.encode, raw, "bidi");
  }

  /** Ends the streams that are open, and those that are still to come, with `shutting-down`. */
  endStreams(): void {
    this.#closing = true;
    for (const end of this.#streams) end(shuttingDown());
  }

  #traced<Result>(
    { path }: MethodFacts,
    { metadata }: SurfaceCall,
    work: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    const { tracing } = this.#setup;
    const span = callSpan(tracing, path, metadata);
    return tracing.run(span.context, () => work(span));
  }

  async #answer<Response>(
    method: MethodFacts,
    call: SurfaceCall,
    span: Span,
    limitMs: number,
    work: (open: OpenCall) => Promise<Response>,
  ): Promise<Outcome<Response>> {
    const { clock, observer, origins } = this.#setup;
    const startedMs = clock.monotonicMs();
    const open = new OpenCall(call, origins.of(call.metadata), clock, limitMs);
    let outcome: Outcome<Response>;
    try {
      // A change is waited for even when its caller has gone: the audit log says what became of it.
      const response = method.changes ? await work(open) : await open.within(work(open));
      outcome = { ok: true, response };
    } catch (error) {
      outcome = { ok: false, failure: callFailure(error) };
    }
    open.close();
    const failure = await observer.ended(method, open, startedMs, outcome.ok ? undefined : outcome.failure);
    endCallSpan(span, open, failure);
    return failure === undefined ? outcome : { ok: false, failure };
  }

  async #pour<Response>(
    method: MethodFacts,
    call: Writer<Response>,
    span: Span,
    flow: (open: OpenCall) => Flow<Response>,
  ): Promise<void> {
    const { clock, observer, origins } = this.#setup;
    const startedMs = clock.monotonicMs();
    const open = new OpenCall(call, origins.of(call.metadata), clock, streamMs);
    let leave: () => void = () => undefined;
    let failure: CallFailure | undefined;
    try {
      let ended: Error | undefined;
      const { messages, end } = flow(open);
      leave = this.#enter((reason) => {
        ended = reason;
        end(reason);
      });
      for await (const message of messages) await open.within(this.#written(call, message));
      throwIf(open.signal.aborted ? reasonOf(open.signal) : ended);
    } catch (error) {
      failure = callFailure(error);
    }
    leave();
    open.close();
    failure = await observer.ended(method, open, startedMs, failure);
    endCallSpan(span, open, failure);
    if (failure === undefined) call.end();
    // grpc-js takes the status of a stream from this event; destroy(error) would drop it.
    else call.emit("error", serviceError(failure));
  }

  /** @returns what is to be called when the stream has ended */
  #enter(end: (reason: Error) => void): () => void {
    if (this.#closing) throw shuttingDown();
    if (this.#streams.size >= this.#setup.maxStreams) {
      this.#setup.refusals.count("grpc", "too-many-streams");
      throw new ControlError("too-many-streams", `${this.#setup.maxStreams} streams are open on this node; try again`, {
        retryable: true,
      });
    }
    this.#streams.add(end);
    return () => this.#streams.delete(end);
  }

  #written<Response>(call: Writer<Response>, message: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#setup.clock.after(
        writeMs,
        () => reject(new ControlError("deadline", `nothing was read for ${writeMs} ms`)),
        true,
      );
      call.write(message, () => {
        timer.cancel();
        resolve();
      });
    });
  }
}

const answerTo =
  <Response>(callback: sendUnaryData<Response>): ((outcome: Outcome<Response>) => void) =>
  (outcome) => {
    if (outcome.ok) callback(null, outcome.response);
    else callback(serviceError(outcome.failure));
  };

const raw = (bytes: Buffer): Buffer => bytes;

const shuttingDown = (): ControlError =>
  new ControlError("shutting-down", "the node ends; ask again, or another node", { retryable: true });

/** (A function, since the compiler does not see that a callback sets it.) */
const throwIf = (error: Error | undefined): void => {
  if (error !== undefined) throw error;
};
