import { formatTraceparent, type TraceContext } from "./trace-context.ts";

/** What a span is to the one on its other side: `server` and `client` of a call, `consumer` of an item that was queued earlier. */
export type SpanKind = "internal" | "server" | "client" | "consumer";

/** Facts of a span: ids, names and numbers. Never a payload, a url or anything else that may hold a secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** One piece of work in a trace, from its begin to its end. A span that is never ended is never reported. */
export interface Span {
  /** What its children have as their parent; `undefined` while tracing is off. */
  readonly context: TraceContext | undefined;
  set(attributes: SpanAttributes): void;
  /**
   * Ends it; only the first end counts.
   * @param failure the stable code of what went wrong; absent: nothing did
   */
  end(failure?: string): void;
}

/** What became of the spans of this process. */
export interface SpanCounts {
  /** The receiver took them. */
  readonly exported: number;
  /** The receiver did not take them. */
  readonly failed: number;
  /** They came faster than they could be sent, or after the end. */
  readonly dropped: number;
}

/**
 * Which trace runs now, and the spans of it. The current context follows sync and async code; actors hand it on with their messages. It
 * must never change what the traced code does: nothing here throws because of a receiver.
 */
export interface Tracing {
  /** False: nothing is recorded, and nothing else here need be called. */
  readonly enabled: boolean;
  current(): TraceContext | undefined;
  /** Runs `work` with this context as the current one, also beyond its awaits. `undefined`: work that belongs to no trace. */
  run<Result>(context: TraceContext | undefined, work: () => Result): Result;
  /**
   * Begins a span.
   * @param name of few different values: what is done, not to what
   * @param parent default: the current context; without one a new trace begins
   */
  span(name: string, kind: SpanKind, attributes: SpanAttributes, parent?: TraceContext): Span;
  counts(): SpanCounts;
}

/** A span that is not recorded: what runs in it belongs to no trace. */
export const noSpan: Span = { context: undefined, set: () => undefined, end: () => undefined };
const noCounts: SpanCounts = { exported: 0, failed: 0, dropped: 0 };

/** Tracing that is off. */
export const noTracing: Tracing = {
  enabled: false,
  current: () => undefined,
  run: (_context, work) => work(),
  span: () => noSpan,
  counts: () => noCounts,
};

/** The `traceparent` of what runs now, to be sent along or stored with work that is done later. */
export const currentTraceparent = (tracing: Pick<Tracing, "current">): string | undefined => {
  const trace = tracing.current();
  return trace === undefined ? undefined : formatTraceparent(trace);
};
