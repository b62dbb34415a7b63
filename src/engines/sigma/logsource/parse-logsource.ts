import type { Logsource } from "../../events/security-event.ts";
import { SigmaError } from "../errors.ts";

const mostChars = 100;
const parts = ["category", "product", "service"] as const;

/**
 * Reads the `logsource` of a rule. Keys of other names are for people, as Sigma has it.
 *
 * @throws SigmaError `invalid-rule` with the place
 */
export const parseLogsource = (source: unknown, at: string): Logsource => {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw new SigmaError("invalid-rule", at, "has to be a map with category, product or service");
  }
  const given = new Map(Object.entries(source) as [string, unknown][]);
  const read = parts.flatMap((part) => {
    const name = given.get(part);
    if (name === undefined) return [];
    if (typeof name !== "string" || name === "" || name.length > mostChars) {
      throw new SigmaError("invalid-rule", `${at}.${part}`, `has to be a text of at most ${mostChars} characters`);
    }
    return [[part, name.toLowerCase()] as const];
  });
  if (read.length === 0) throw new SigmaError("invalid-rule", at, "has none of category, product and service");
  return Object.fromEntries(read);
};
