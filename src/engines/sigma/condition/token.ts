import { printable } from "../../../base/printable.ts";
import { SigmaError } from "../errors.ts";

export type Token =
  | { readonly type: "open" | "close" | "end"; readonly column: number }
  /** A keyword, a number, the name of a selection or a pattern of names. */
  | { readonly type: "word"; readonly text: string; readonly column: number };

const token = /\s*(?:([()])|([\w.*-]+)|(\|)|(\S))/y;

/**
 * The tokens of a condition, `end` last.
 *
 * @throws SigmaError `unsupported` for aggregations, `invalid-rule` for characters that no condition has
 */
export const tokensOf = (condition: string, at: string): readonly Token[] => {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (let found = token.exec(condition); found !== null; found = token.exec(condition)) {
    const [whole, bracket, word, pipe, other] = found;
    const column = found.index + whole.trimStart().length - (bracket ?? word ?? pipe ?? other ?? "").length + 1;
    if (pipe !== undefined) {
      const what = printable(condition.slice(token.lastIndex).trim().split(/[\s(]/, 1)[0] ?? "", 20);
      throw new SigmaError("unsupported", at, `the aggregation "| ${what}" is not supported, nor are correlations`);
    }
    if (other !== undefined) throw new SigmaError("invalid-rule", at, `"${printable(other)}" stands in no condition`);
    tokens.push(
      word === undefined ? { type: bracket === "(" ? "open" : "close", column } : { type: "word", text: word, column },
    );
  }
  return [...tokens, { type: "end", column: condition.length + 1 }];
};
