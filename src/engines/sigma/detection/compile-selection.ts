import { printable } from "../../../base/printable.ts";
import { sigmaBounds } from "../bounds.ts";
import { SigmaError } from "../errors.ts";
import type { Expression } from "../expression.ts";
import type { CompileContext } from "./compile-context.ts";
import { allOf, anyOf, compileItem, compileKeyword } from "./compile-item.ts";

/**
 * Compiles what stands under the name of a selection: a map, all entries of which have to hold; a list of maps and keywords, one of
 * which has to; or one keyword.
 */
export const compileSelection = (source: unknown, at: string, context: CompileContext, depth = 1): Expression => {
  if (depth > sigmaBounds.depth) {
    throw new SigmaError("too-large", at, `lists and maps stand at most ${sigmaBounds.depth} deep inside each other`);
  }
  if (Array.isArray(source)) {
    const entries: readonly unknown[] = source;
    if (entries.length === 0) throw new SigmaError("invalid-rule", at, "is an empty list");
    return anyOf(entries.map((entry, index) => compileSelection(entry, `${at}[${index}]`, context, depth + 1)));
  }
  if (typeof source !== "object" || source === null) return compileKeyword(source, at, context);
  const items = Object.entries(source) as [string, unknown][];
  if (items.length === 0) throw new SigmaError("invalid-rule", at, "is an empty map");
  return allOf(items.map(([key, value]) => compileItem(key, value, `${at}.${printable(key)}`, context)));
};
