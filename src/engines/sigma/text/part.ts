/**
 * A text of a rule, cut at its wildcards. `many` is any text, also none; `one` is any character; `dash` is one of `dashes`, any of which
 * Windows programs take before an option.
 */
export type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "many" }
  | { readonly type: "one" }
  | { readonly type: "dash" };

export const many: Part = { type: "many" };
export const one: Part = { type: "one" };
export const dash: Part = { type: "dash" };

/** Hyphen, slash, en dash, em dash, horizontal bar. */
export const dashes = "-/\u2013\u2014\u2015";

/** Parts without empty texts, texts beside each other joined, and no `many` beside another. */
export const joined = (parts: readonly Part[]): readonly Part[] => {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.type === "text") {
      if (part.text === "") continue;
      if (last?.type === "text") {
        out[out.length - 1] = { type: "text", text: last.text + part.text };
        continue;
      }
    }
    if (part.type === "many" && last?.type === "many") continue;
    out.push(part);
  }
  return out;
};

/** The text, where the parts have no wildcard. */
export const plainText = (parts: readonly Part[]): string | undefined => {
  const [first, second] = parts;
  if (first === undefined) return "";
  return first.type === "text" && second === undefined ? first.text : undefined;
};
