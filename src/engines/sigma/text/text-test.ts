import type { Leaf } from "../event/leaf.ts";
import type { ValueTest } from "../value/value-test.ts";
import { fold } from "./fold.ts";
import type { Part } from "./part.ts";
import { endOf, endOfFirst, type Segment, startOfLast } from "./segment.ts";

/**
 * Whether a text is as the rule's text says, with `*` and `?`. Takes time by the length of the text, for each `?` that stands behind a `*`
 * again at worst; never more with more `*`.
 */
export class TextTest implements ValueTest {
  readonly required: readonly (readonly string[])[];
  readonly #cased: boolean;
  readonly #matches: (text: string) => boolean;

  /** @param parts joined */
  constructor(parts: readonly Part[], cased: boolean) {
    const read = cased ? parts : parts.map(foldPart);
    this.#cased = cased;
    this.#matches = matcherOf(read);
    this.required = read.flatMap((part) => (part.type === "text" ? [[fold(part.text)]] : []));
  }

  passes({ text, folded }: Leaf): boolean {
    const read = this.#cased ? text : folded;
    return read !== undefined && this.#matches(read);
  }
}

const foldPart = (part: Part): Part => (part.type === "text" ? { type: "text", text: fold(part.text) } : part);

/** The usual forms in the one call that does it, all others segment by segment. */
const matcherOf = (parts: readonly Part[]): ((text: string) => boolean) => {
  const segments = segmentsOf(parts);
  const [first = [], ...behind] = segments;
  const last = behind.pop();
  const texts = segments.map(onlyText);
  if (texts.every((text) => text !== undefined)) {
    const [start = "", second, third] = texts;
    if (second === undefined) return (text) => text === start;
    if (third === undefined && second === "") return (text) => text.startsWith(start);
    if (third === undefined && start === "") return (text) => text.endsWith(second);
    if (texts.length === 3 && start === "" && third === "") return (text) => text.includes(second);
  }
  if (last === undefined) return (text) => endOf(first, text, 0) === text.length;
  return (text) => {
    let at = endOf(first, text, 0);
    for (const segment of behind) {
      if (at === -1) return false;
      at = endOfFirst(segment, text, at);
    }
    return at !== -1 && startOfLast(last, text, at) !== -1;
  };
};

const segmentsOf = (parts: readonly Part[]): readonly Segment[] => {
  let current: Part[] = [];
  const segments = [current];
  for (const part of parts) {
    if (part.type !== "many") {
      current.push(part);
      continue;
    }
    current = [];
    segments.push(current);
  }
  return segments;
};

const onlyText = (segment: Segment): string | undefined => {
  const [first, second] = segment;
  if (first === undefined) return "";
  return first.type === "text" && second === undefined ? first.text : undefined;
};
