import { openSync, writeSync } from "node:fs";
import type { ScanEvent } from "../../../src/actors/scan/index.ts";
import { systemClock } from "../../../src/base/clock.ts";

/**
 * Writes down what became of each subtask, an accepted end after the store acknowledged it, so that ends can be counted without asking the
 * store. A line is `VERB WHAT MONOTONIC-MS`. Returns a function that takes the events of a node.
 *
 * @param begun told of each subtask that was begun, and in which probe
 */
export const scanLog = (path: string, begun: (probe: string) => void): ((event: ScanEvent) => void) => {
  const log = openSync(path, "a");
  const write = (verb: string, what: string): void =>
    void writeSync(log, `${verb} ${what} ${systemClock.monotonicMs()}\n`);
  return (event) => {
    switch (event.type) {
      case "finished":
      case "refused":
        write(event.type, event.subtaskId);
        return;
      case "probe-restarted":
        write("restarted", `probe-${event.probe}`);
        return;
      case "started":
        write("started", event.subtaskId);
        begun(`/scan/probes/probe-${event.probe}`);
        return;
      case "claim-lost":
      case "planned":
      case "split":
      case "task-ended":
        return;
    }
  };
};
