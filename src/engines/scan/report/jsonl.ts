import type { Finding } from "../run/finding.ts";

/** A finding as one line of nuclei's JSONL, with its line end. */
export const jsonLine = (finding: Finding): string => `${JSON.stringify(finding)}\n`;
