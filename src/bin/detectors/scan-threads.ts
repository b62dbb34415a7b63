import type { ShippedKind } from "../../config/index.ts";
import type { ScanThreadSetup } from "../../engines/malware/threads/scan-thread.ts";
import { startScanThread } from "../process/start-scan-thread.ts";
import type { OpenEngine } from "./detector-settings.ts";

/** The threads of a detector, with their deadline. One that cannot be ended ends the process: its relay starts another one. */
export const scanThreads = (
  kind: ShippedKind,
  { settings, clock, log }: OpenEngine,
): Pick<ScanThreadSetup, "clock" | "startThread" | "timeoutMs" | "onStuck"> => ({
  clock,
  startThread: () => startScanThread(kind === "yara" ? "yara-scan-thread" : "engine-thread"),
  timeoutMs: settings.scanTimeoutMs,
  onStuck: (problem) => {
    log.fatal({ kind, problem }, "this process is killed");
    process.kill(process.pid, "SIGKILL");
  },
});
