import { AsyncLocalStorage } from "node:async_hooks";
import {
  ROOT_CONTEXT,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  type Span as OtelSpan,
  type Tracer,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { TraceContext } from "../../base/trace-context.ts";
import type { Span, SpanAttributes, SpanCounts, SpanKind, Tracing } from "../../base/tracing.ts";
import { spanIds } from "./span-ids.ts";
import { SpanClock, SpanTimes } from "./span-times.ts";

export interface OtelTracingOptions {
  /** Of every span of this process: names and ids. */
  readonly resource: Readonly<Record<string, string>>;
  /** Of the traces that begin here, how many are recorded: 0 … 1. */
  readonly sampleRatio: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Takes the spans that have ended. */
  readonly outbox: SpanProcessor & { counts(): SpanCounts };
}

const kinds: Readonly<Record<SpanKind, OtelKind>> = {
  internal: OtelKind.INTERNAL,
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  consumer: OtelKind.CONSUMER,
};

/** A caller's text may be an attribute, such as the id of a scan. */
const spanLimits = { attributeCountLimit: 32, attributeValueLengthLimit: 256 };

/** Tracing by OpenTelemetry. Nothing of it is global: each node of a process has its own. */
export class OtelTracing implements Tracing {
  readonly enabled = true;
  readonly #running = new AsyncLocalStorage<TraceContext | undefined>();
  readonly #outbox: OtelTracingOptions["outbox"];
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;
  readonly #clock: SpanClock;

  constructor({ resource, sampleRatio, clock, random, outbox }: OtelTracingOptions) {
    this.#outbox = outbox;
    this.#clock = new SpanClock(clock);
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes(resource),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
      idGenerator: spanIds(random),
      spanLimits,
      spanProcessors: [outbox],
    });
    this.#tracer = this.#provider.getTracer("garrison");
  }

  current(): TraceContext | undefined {
    return this.#running.getStore();
  }

  run<Result>(context: TraceContext | undefined, work: () => Result): Result {
    return this.#running.run(context, work);
  }

  span(name: string, kind: SpanKind, attributes: SpanAttributes, parent = this.current()): Span {
    const times = new SpanTimes(this.#clock);
    const span = this.#tracer.startSpan(
      name,
      { kind: kinds[kind], attributes, startTime: times.begin },
      parent === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId: parent.traceId,
            spanId: parent.spanId,
            traceFlags: parent.flags,
            isRemote: true,
          }),
    );
    return new OpenSpan(span, times);
  }

  counts(): SpanCounts {
    return this.#outbox.counts();
  }

  /** Sends what waits. May reject, and may take as long as the receiver does: bound it. */
  close(): Promise<void> {
    return this.#provider.shutdown();
  }
}

class OpenSpan implements Span {
  readonly context: TraceContext;
  readonly #span: OtelSpan;
  readonly #times: SpanTimes;

  constructor(span: OtelSpan, times: SpanTimes) {
    this.#span = span;
    this.#times = times;
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.context = { traceId, spanId, flags: (traceFlags & 1) === 1 ? 1 : 0 };
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  end(failure?: string): void {
    if (!this.#span.isRecording()) return;
    if (failure !== undefined) {
      this.#span.setAttribute("error.type", failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end(this.#times.now());
  }
}
