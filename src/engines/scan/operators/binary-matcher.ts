import { Literal } from "../search/literal.ts";
import type { Section } from "../template/section.ts";
import { combine, readCondition } from "./condition.ts";
import type { MatchTest } from "./operator.ts";
import { compileEach } from "./patterns.ts";
import { fromHex, readEncoding } from "./word-matcher.ts";

/** `binary`: any or all sequences of bytes, written as hex, are in the part. `match-all` has no effect on it. */
export const compileBinaryMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const sequences = compileEach(section, "binary", "sequence of bytes", compileBytes);
  readEncoding(section);
  return (evidence, partName) => {
    const part = evidence.part(partName);
    if (part === undefined) return undefined;
    return combine(
      condition,
      sequences,
      ({ bytes, literal }) => (literal === undefined || part.mayContain(literal)) && part.bytes.includes(bytes),
    );
  };
};

const compileBytes = (source: string): { readonly bytes: string; readonly literal: Literal | undefined } | string => {
  const bytes = source === "" ? "" : fromHex(source)?.toString("latin1");
  return bytes === undefined ? `"${source}" is not written in hex` : { bytes, literal: Literal.ofWord(bytes) };
};
