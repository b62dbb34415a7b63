import type { ErrorIds } from "../../base/errors.ts";
import { StoreError, type StoreErrorCode } from "../errors.ts";
import type { ScriptReply } from "./script-runner.ts";

/** The codes with which functions refuse a call. */
const codes = ["stale-guard", "version-conflict", "invalid"] as const satisfies readonly StoreErrorCode[];

/** The refusal that a reply `["!", code, message, name, value, …]` stands for; `undefined` for any other reply. */
export const refusalOf = (reply: ScriptReply): StoreError | undefined => {
  if (!Array.isArray(reply) || reply[0] !== "!") return undefined;
  const [, said, message, ...facts] = reply as readonly ScriptReply[];
  const ids: Record<string, string | number> = {};
  for (let at = 0; at + 1 < facts.length; at += 2) {
    const [name, value] = [facts[at], facts[at + 1]];
    if (typeof name === "string" && (typeof value === "string" || typeof value === "number")) ids[name] = value;
  }
  const code = codes.find((known) => known === said) ?? "internal";
  return new StoreError(code, String(message), { ids: ids satisfies ErrorIds });
};
