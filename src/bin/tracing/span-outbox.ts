import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { SpanCounts } from "../../base/tracing.ts";

/** Recorded spans that wait or are being sent, at most; each is about 1 kB. One more is dropped. */
const capacity = 4_096;
const batchSize = 256;
const batchEveryMs = 2_000;
/** For one batch with all its tries. */
const batchMs = 10_000;

/** `ExportResultCode.SUCCESS`. */
const success = 0;

type Result = Parameters<Parameters<SpanExporter["export"]>[1]>[0];

/** What the outbox says when the receiver stops taking spans, and when it takes them again. Not for each batch. */
export interface OutboxNews {
  readonly failing: (reason: string) => void;
  readonly sending: () => void;
}

/**
 * Ended spans on their way to the receiver. Bounded, with counts of what became of each; a receiver that is slow or gone costs spans and
 * nothing else.
 */
export class SpanOutbox implements SpanProcessor {
  readonly #batches: BatchSpanProcessor;
  readonly #exporter: SpanExporter;
  readonly #news: OutboxNews;
  #waiting = 0;
  #exported = 0;
  #failed = 0;
  #dropped = 0;
  #failing = false;
  #closed = false;

  constructor(exporter: SpanExporter, news: OutboxNews) {
    this.#exporter = exporter;
    this.#news = news;
    this.#batches = new BatchSpanProcessor(
      {
        export: (spans, done) => this.#export(spans, done),
        shutdown: () => exporter.shutdown(),
      },
      {
        maxQueueSize: capacity,
        maxExportBatchSize: batchSize,
        scheduledDelayMillis: batchEveryMs,
        // The exporter ends its own tries; this is only for one that never answers.
        exportTimeoutMillis: 2 * batchMs,
      },
    );
  }

  /** What the exporter of an outbox has to keep to: milliseconds for one batch with all its tries, and batches under way, at the end all. */
  static readonly exporterBounds = { timeoutMillis: batchMs, concurrencyLimit: capacity / batchSize + 1 } as const;

  counts(): SpanCounts {
    return { exported: this.#exported, failed: this.#failed, dropped: this.#dropped };
  }

  onStart(): void {
    // Only what has ended is sent.
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & 1) === 0) return;
    if (this.#closed || this.#waiting >= capacity) {
      this.#dropped += 1;
      return;
    }
    this.#waiting += 1;
    this.#batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#batches.forceFlush();
  }

  /** Sends what waits, and takes no more. */
  shutdown(): Promise<void> {
    this.#closed = true;
    return this.#batches.shutdown();
  }

  #export(spans: ReadableSpan[], done: (result: Result) => void): void {
    this.#exporter.export(spans, (result) => {
      this.#waiting -= spans.length;
      const code: number = result.code;
      if (code === success) this.#sent(spans.length);
      else this.#lost(spans.length, result.error);
      done(result);
    });
  }

  #sent(spans: number): void {
    this.#exported += spans;
    if (!this.#failing) return;
    this.#failing = false;
    this.#news.sending();
  }

  #lost(spans: number, error: Error | undefined): void {
    this.#failed += spans;
    if (this.#failing) return;
    this.#failing = true;
    this.#news.failing(reasonOf(error));
  }
}

/** What is said of a failure: never the answer of the receiver, which is not ours to log. */
const reasonOf = (error: Error | undefined): string => {
  if (error === undefined) return "the receiver did not take them";
  if ("code" in error && (typeof error.code === "string" || typeof error.code === "number")) return String(error.code);
  return error.name;
};
