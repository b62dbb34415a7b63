import { parseArgs } from "node:util";
import { asError } from "../../base/errors.ts";
import { PracticeSiteError } from "./errors.ts";
import type { PracticeSiteOptions } from "./practice-site.ts";

const wholeNumber = (flag: string, value: string | undefined): number => {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new PracticeSiteError("bad-option", `${flag} takes a whole number, not "${value}".`, { ids: { flag } });
};

/** Reads the command line of the practice website. There is no flag for an address: it listens on 127.0.0.1. */
export const readOptions = (args: readonly string[]): PracticeSiteOptions => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: "string" }, "delay-ms": { type: "string" }, log: { type: "string" } },
    });
    return {
      port: wholeNumber("--port", values.port),
      delayMs: wholeNumber("--delay-ms", values["delay-ms"]),
      ...(values.log === undefined ? {} : { log: values.log }),
    };
  } catch (thrown) {
    if (thrown instanceof PracticeSiteError) throw thrown;
    const [reason = ""] = asError(thrown).message.split("\n");
    throw new PracticeSiteError("bad-option", reason, { cause: thrown });
  }
};
