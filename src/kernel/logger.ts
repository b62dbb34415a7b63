import type { Logger as PinoLogger } from "pino";

/** Structured log in pino's form: facts first, then a constant message. */
export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error" | "fatal" | "child">;
