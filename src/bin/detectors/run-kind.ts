import { inTime } from "../../base/in-time.ts";
import type { ShippedKind } from "../../config/index.ts";
import { DetectorError, runDetector, type DetectorEvent } from "../../client/detector/index.ts";
import type { DetectionEngine } from "../../engines/malware/index.ts";
import type { Logger } from "../../kernel/index.ts";
import type { OpenEngine } from "./detector-settings.ts";
import { openEngine } from "./open-engine.ts";

export interface RunKindOptions extends OpenEngine {
  readonly kind: ShippedKind;
  /** Unique on the host; absent: kind and process id. */
  readonly name?: string;
  /** Of the relay of this host, an absolute path. */
  readonly socket: string;
}

const tell = (log: Logger, event: DetectorEvent): void => {
  switch (event.type) {
    case "connected":
      log.info("the relay of this host knows the detector");
      return;
    case "disconnected":
      log.warn({ err: event.error }, "the relay of this host is not reached");
      return;
    case "scanned":
      log.debug({ task: event.taskId, sha256: event.sha256, result: event.result, tookMs: event.tookMs }, "scanned");
      return;
    case "refused":
      log.error({ results: event.results, err: event.error }, "the relay of this host refuses results");
      return;
  }
};

/** How long an engine may go on to open when the detector is to end. */
const openMs = 5_000;

/** The engine of the kind; undefined: nobody waits for it any more. @throws DetectorError `hung`, and as `openEngine` */
const opened = async (kind: ShippedKind, setup: OpenEngine): Promise<DetectionEngine | undefined> => {
  const { clock, signal } = setup;
  const late = (): Error =>
    new DetectorError("hung", `the engine of ${kind} was not open ${openMs} ms after the detector was to end`);
  const opening = openEngine(kind, setup);
  try {
    await Promise.race([opening, aborted(signal)]);
    return await (signal.aborted ? inTime(clock, openMs, opening, late) : opening);
  } catch (error) {
    if (error instanceof DetectorError) throw error;
    if (setup.signal.aborted) return undefined;
    throw error;
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/**
 * Runs a detector of a kind that comes with Garrison until the signal is aborted.
 * @throws MalwareError, UsageError for settings that the engine cannot use; DetectorError `hung`: end the process
 */
export const runKind = async ({ kind, name, socket, ...setup }: RunKindOptions): Promise<void> => {
  const { settings, clock, random, log, signal } = setup;
  const engine = await opened(kind, setup);
  if (engine === undefined) return;
  await runDetector({
    engine,
    socket,
    signal,
    // A sandbox takes the time that it takes.
    scanTimeoutMs: kind === "sandbox" ? settings.sandbox.timeoutMs : settings.scanTimeoutMs,
    notify: (event) => tell(log, event),
    clock,
    random,
    ...(name === undefined ? {} : { name }),
  });
};
