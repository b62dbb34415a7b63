import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { noTracing, type Tracing } from "../../base/tracing.ts";
import { parseTracingEndpoint, type Config } from "../../config/index.ts";
import type { Logger } from "../../kernel/index.ts";
import { readHeaders } from "./read-headers.ts";

/** How long the spans that wait at the end of a process may take. */
const flushMs = 3_000;

export interface StartTracingOptions {
  readonly config: Pick<Config, "tracing" | "node" | "cluster">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Of this build. */
  readonly version: string;
}

/** The traces of one node. */
export interface RunningTracing {
  readonly tracing: Tracing;
  /** Sends what waits, for at most 3 s. Never rejects; what could not be sent is counted. */
  close(): Promise<void>;
}

const off: RunningTracing = { tracing: noTracing, close: () => Promise.resolve() };

/**
 * Tracing as `tracing.*` say: off without an endpoint. Whether there is a receiver is not looked at; one that is gone costs spans.
 * @throws UsageError, ControlError `token-unsafe` for a headers file that cannot be used
 */
export const startTracing = async (options: StartTracingOptions): Promise<RunningTracing> => {
  const { endpoint, sampleRatio, headersFile } = options.config.tracing;
  const url = endpoint === undefined ? undefined : parseTracingEndpoint(endpoint);
  if (!(url instanceof URL)) return off;
  const headers = headersFile === undefined ? {} : await readHeaders(headersFile);
  const { clock, random, log, config, version } = options;
  // Who has no traces does not load the libraries.
  const [{ OTLPTraceExporter }, { OtelTracing }, { SpanOutbox }] = await Promise.all([
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("./otel-tracing.ts"),
    import("./span-outbox.ts"),
  ]);
  const exporter = new OTLPTraceExporter({ url: url.href, headers, ...SpanOutbox.exporterBounds });
  const outbox = new SpanOutbox(exporter, {
    failing: (reason) => log.warn({ reason }, "traces cannot be sent: the receiver does not take them"),
    sending: () => log.info("traces are sent again"),
  });
  const tracing = new OtelTracing({
    resource: {
      "service.name": "garrison",
      "service.namespace": config.cluster.name,
      "service.instance.id": config.node.id,
      "service.version": version,
    },
    sampleRatio,
    clock,
    random,
    outbox,
  });
  let closing: Promise<void> | undefined;
  return { tracing, close: () => (closing ??= closed(tracing.close(), clock, log)) };
};

const closed = async (flushed: Promise<void>, clock: Clock, log: Logger): Promise<void> => {
  let late = (): void => undefined;
  const tooLate = new Promise<void>((resolve) => (late = resolve));
  const timer = clock.after(flushMs, late);
  try {
    await Promise.race([flushed, tooLate]);
  } catch (error) {
    log.debug({ err: asError(error) }, "the last traces could not be sent");
  } finally {
    timer.cancel();
    flushed.catch(() => undefined);
  }
};
