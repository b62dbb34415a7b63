import { dashes, type Part } from "./part.ts";

/** What stands between two `*` of a text: texts, single characters and dashes, never `many`. */
export type Segment = readonly Part[];

/** Where the segment ends that begins at `from`; -1 when it does not stand there. */
export const endOf = (segment: Segment, text: string, from: number): number => {
  let at = from;
  for (const part of segment) {
    if (part.type === "text") {
      if (!text.startsWith(part.text, at)) return -1;
      at += part.text.length;
    } else {
      if (at >= text.length) return -1;
      if (part.type === "dash" && !dashes.includes(text.charAt(at))) return -1;
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    }
  }
  return at;
};

/** Where the segment begins that ends at the end of the text, not before `from`; -1 when it does not stand there. */
export const startOfLast = (segment: Segment, text: string, from: number): number => {
  let at = text.length;
  for (const part of segment.toReversed()) {
    if (part.type === "text") {
      if (!text.endsWith(part.text, at)) return -1;
      at -= part.text.length;
    } else {
      at -= 1;
      if (at < from) return -1;
      if (part.type === "dash" && !dashes.includes(text.charAt(at))) return -1;
      if (isLowSurrogate(text.charCodeAt(at)) && isHighSurrogate(text.charCodeAt(at - 1))) at -= 1;
    }
  }
  return at < from ? -1 : at;
};

/** Where the first such segment ends that begins at `from` or behind it; -1 when there is none. */
export const endOfFirst = (segment: Segment, text: string, from: number): number => {
  const [first] = segment;
  if (first === undefined) return from;
  for (let start = from; start <= text.length; start += 1) {
    if (first.type === "text") {
      start = text.indexOf(first.text, start);
      if (start === -1) return -1;
    }
    const end = endOf(segment, text, start);
    if (end !== -1) return end;
  }
  return -1;
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
