import { pino } from "pino";
import pretty from "pino-pretty";
import type { Logger } from "../../kernel/index.ts";

/** The log of this process on standard error: JSON lines, or readable ones on a terminal. */
export const createLog = (level: string): Logger => {
  const stderr = process.stderr.isTTY
    ? pretty({ destination: 2, sync: true, translateTime: "HH:MM:ss.l", ignore: "pid,hostname" })
    : pino.destination({ dest: 2, sync: true });
  return pino({ level, base: null }, stderr);
};
