import type { Finding } from "../run/finding.ts";

/** Keys that nuclei writes whatever their value; all others are left out when they are empty. */
const always: ReadonlySet<string> = new Set(["template-id", "info", "type", "timestamp", "matcher-status"]);

const isEmpty = (value: unknown): boolean =>
  value === "" ||
  value === undefined ||
  value === null ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** A finding as one line of nuclei's JSONL, with its line end. */
export const jsonLine = (finding: Finding): string =>
  `${JSON.stringify(Object.fromEntries(Object.entries(finding).filter(([key, value]) => always.has(key) || !isEmpty(value))))}\n`;
