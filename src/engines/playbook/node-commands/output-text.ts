import { outputChars } from "../cacao/commands/call.ts";
import { cut } from "../cacao/commands/output/cut.ts";

/** What a text may take of the output of a step, as JSON: one of 64 KiB has room for others beside it. */
export const outputTextBytes = 40 * 1024;

/** Without what is left of characters that were cut in two. */
export const withoutHalves = (text: string): string => text.replaceAll(/\p{Cs}/gu, "");

/**
 * The beginning of a text that fits into an output.
 * @param most bytes as JSON, where a control character takes up to six
 */
export const outputText = (
  text: string,
  most = outputTextBytes,
): { readonly text: string; readonly truncated: boolean } => {
  const kept = withoutHalves(cut(text, { chars: outputChars, jsonBytes: most }));
  return { text: kept, truncated: kept.length < text.length };
};
