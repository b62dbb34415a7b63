import { joined, many, one, type Part } from "./part.ts";

/**
 * Reads a text of a rule: `*` is any text, `?` any character. A backslash before one of them, or before another backslash, takes its
 * meaning away; before anything else it is a backslash.
 */
export const parseText = (source: string): readonly Part[] => {
  const parts: Part[] = [];
  let text = "";
  const wildcard = (part: Part): void => {
    parts.push({ type: "text", text }, part);
    text = "";
  };
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    const next = source.charAt(at + 1);
    if (char === "\\" && (next === "*" || next === "?" || next === "\\")) {
      text += next;
      at += 1;
    } else if (char === "*") wildcard(many);
    else if (char === "?") wildcard(one);
    else text += char;
  }
  return joined([...parts, { type: "text", text }]);
};
