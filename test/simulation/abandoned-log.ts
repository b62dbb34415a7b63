import { pino } from "pino";
import type { Logger } from "../../src/kernel/index.ts";
import type { Recorder } from "../support/history.ts";

/** A node's log, of which one thing is kept: what the kernel says of a handler that it gave up on is part of what happened. */
export const abandonedLog = (recorder: Recorder, node: string): Logger => {
  const write = (line: string): void => {
    if (!line.includes("was abandoned")) return;
    const { path, incarnation } = JSON.parse(line) as { path: string; incarnation: number };
    recorder.note({ type: "abandoned", actor: `${node}:${path}#${incarnation}` });
  };
  return pino({ level: "error", base: null, timestamp: false }, { write });
};
