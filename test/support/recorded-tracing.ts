import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { OtelTracing } from "../../src/bin/tracing/otel-tracing.ts";

export interface EndedSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly failure: unknown;
}

/** The tracing of production, with its spans kept in memory. */
export const recordedTracing = (
  sampleRatio = 1,
): { readonly tracing: OtelTracing; readonly ended: readonly EndedSpan[] } => {
  const ended: EndedSpan[] = [];
  const tracing = new OtelTracing({
    resource: {},
    sampleRatio,
    clock: systemClock,
    random: seededRandom(7),
    outbox: {
      onStart: () => undefined,
      onEnd: (span) => {
        ended.push({
          name: span.name,
          spanId: span.spanContext().spanId,
          parentSpanId: span.parentSpanContext?.spanId,
          failure: span.attributes["error.type"],
        });
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
      counts: () => ({ exported: 0, failed: 0, dropped: 0 }),
    },
  });
  return { tracing, ended };
};
