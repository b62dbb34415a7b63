import { SigmaError } from "../errors.ts";
import { dashes, joined, type Part, plainText } from "../text/part.ts";
import type { TextValue } from "./item-value.ts";
import { misfit, type Modifier, type ModifierPlace } from "./modifier.ts";

/** Spellings of one value with dashes: `dashes` to the power of their number. */
const mostSpellings = 625;
const byteOrderMark = "\xff\xfe";

const utf16 =
  (order: "little" | "big", mark: string): Modifier =>
  (value, place) => {
    if (value.type !== "text") throw misfit(place, "is for texts");
    if (value.bytes) throw misfit(place, "has to stand before base64, and only one modifier of its kind");
    if (value.placed) throw misfit(place, "has to stand before contains, startswith and endswith");
    if (value.parts.some((part) => part.type === "dash")) {
      return spellings(value, place).map((text) => encoded({ ...value, parts: [{ type: "text", text }] }, order, mark));
    }
    return [encoded(value, order, mark)];
  };

const encoded = (value: TextValue, order: "little" | "big", mark: string): TextValue => {
  const parts = value.parts.map((part): Part => {
    if (part.type !== "text") return part;
    const bytes = Buffer.from(part.text, "utf16le");
    return { type: "text", text: (order === "little" ? bytes : bytes.swap16()).toString("latin1") };
  });
  return { ...value, parts: joined([{ type: "text", text: mark }, ...parts]), bytes: true };
};

/** Each text as one character for every byte of UTF-16. */
export const utf16le = utf16("little", "");
export const utf16be = utf16("big", "");
export const utf16WithMark = utf16("little", byteOrderMark);

/** All texts that a value with dashes can be. */
const spellings = ({ parts }: TextValue, place: ModifierPlace): readonly string[] => {
  let texts = [""];
  for (const part of parts) {
    if (part.type === "many" || part.type === "one") {
      throw misfit(place, "cannot encode wildcards: take * and ? away, put contains, startswith or endswith behind it");
    }
    const next = part.type === "text" ? [part.text] : Array.from(dashes);
    if (texts.length * next.length > mostSpellings) {
      throw new SigmaError(
        "too-large",
        place.at,
        `windash makes more than ${mostSpellings} spellings of a text to encode`,
      );
    }
    texts = texts.flatMap((text) => next.map((end) => text + end));
  }
  return texts;
};

const bytesOf = (value: TextValue, place: ModifierPlace): readonly Buffer[] => {
  const plain = plainText(value.parts);
  const texts = plain === undefined ? spellings(value, place) : [plain];
  return texts.map((text) => Buffer.from(text, value.bytes ? "latin1" : "utf8"));
};

const textOf = (value: TextValue, text: string): TextValue => ({
  ...value,
  parts: [{ type: "text", text }],
  bytes: false,
});

export const base64: Modifier = (value, place) => {
  if (value.type !== "text") throw misfit(place, "is for texts");
  return bytesOf(value, place).map((bytes) => textOf(value, bytes.toString("base64")));
};

/** For each place that bytes can have in groups of three, the characters that depend on nothing but them. */
export const base64offset: Modifier = (value, place) => {
  if (value.type !== "text") throw misfit(place, "is for texts");
  return bytesOf(value, place).flatMap((bytes) => {
    if (bytes.length < 2) throw misfit(place, "needs a text of at least two bytes: of less nothing is sure to be seen");
    return [0, 1, 2].map((before) => {
      const all = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      // Characters that hold bits of what stands before, or of what follows.
      const start = Math.ceil((before * 8) / 6);
      const end = Math.floor(((before + bytes.length) * 8) / 6);
      return textOf(value, all.slice(start, end));
    });
  });
};
