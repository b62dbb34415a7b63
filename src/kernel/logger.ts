import { stdSerializers, type Logger as PinoLogger } from "pino";

/** Structured log in pino's form: facts first, then a constant message. */
export type Logger = Pick<PinoLogger, "debug" | "info" | "warn" | "error" | "fatal" | "child">;

/** An error for the log. One whose fields fail when they are read must not fail the one who reports it. */
const readable = (error: Error): object => {
  try {
    return stdSerializers.err(error);
  } catch {
    return { type: "Error", message: `${error.name}: ${error.message} (its other fields cannot be read)` };
  }
};

/** The logger of a node, for which what an actor throws is safe to log. */
export const nodeLogger = (log: Logger, node: string): Logger =>
  log.child({ node }, { serializers: { err: readable } });
