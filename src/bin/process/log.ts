import { createRequire } from "node:module";
import { pino } from "pino";
import type pretty from "pino-pretty";
import type { TraceContext } from "../../base/trace-context.ts";
import type { Logger } from "../../kernel/index.ts";

/** Loaded for people only. */
const prettyStream = (options: pretty.PrettyOptions): pretty.PrettyStream =>
  (createRequire(import.meta.url)("pino-pretty") as typeof pretty)(options);

/**
 * The log of this process on standard error: JSON lines, or readable ones on a terminal.
 * @param currentTrace what a line is written in: it then carries `traceId`
 */
export const createLog = (level: string, currentTrace: () => TraceContext | undefined = () => undefined): Logger => {
  const stderr = process.stderr.isTTY
    ? prettyStream({ destination: 2, sync: true, translateTime: "HH:MM:ss.l", ignore: "pid,hostname" })
    : pino.destination({ dest: 2, sync: true });
  const mixin = (): object => {
    const trace = currentTrace();
    return trace === undefined ? {} : { traceId: trace.traceId };
  };
  return pino({ level, base: null, mixin }, stderr);
};
