import { decodeHTML, encodeHTML } from "entities";
import { bufferOf, bytesOf, textOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import { isAscii, runesOf } from "../go/runes.ts";
import type { Arguments, Helper } from "./helper.ts";
import { checkSize } from "./helper.ts";
import { isTrue } from "./numbers.ts";

const base64 = (args: Arguments): string => bufferOf(args.text(0)).toString("base64");

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const hexadecimal = (bytes: string): string => bufferOf(bytes).toString("hex");

const percent = (bytes: string): string => hexadecimal(bytes).toUpperCase().replace(/../g, "%$&");

const unescapedOf = (keepsMarks: boolean): RegExp => (keepsMarks ? /^[A-Za-z0-9\-_.!~*'()]$/ : /^[A-Za-z0-9]$/);

const urlEncoded = (text: string, isStrict: boolean): string => {
  const kept = unescapedOf(!isStrict);
  return runesOf(text)
    .map((character) => (kept.test(character) ? character : percent(character)))
    .join("");
};

/** As `url_encode` tells "all": true, or the integer 1 (never the float). */
const wantsAll = (args: Arguments): boolean => args.at(1) === true || args.at(1) === 1n;

/** What has a name in HTML by its name; the rest as it is. */
const named = (text: string): string =>
  encodeHTML(text).replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_whole, hex?: string, decimal?: string) =>
    String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  );

const numbered = (text: string): string =>
  Array.from(text, (character) => {
    const name = named(character);
    return name === character ? `&#${character.codePointAt(0) ?? 0};` : name;
  }).join("");

const entity = /&(?:#[xX]?[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?/g;

const lines = (text: string, width: number): string => text.replace(new RegExp(`.{${width}}(?=.)`, "g"), "$&\n");

/** Helpers that encode and decode bytes. */
export const encodingHelpers: Readonly<Record<string, Helper>> = {
  base64: {
    signature: "(value interface{}) string",
    note: "base64 with padding",
    arity: [1, 1],
    run: base64,
  },
  base64_py: {
    signature: "(value interface{}) string",
    note: "base64 as Python writes it: lines of 76 characters, each with a line end",
    arity: [1, 1],
    run: (args) => `${lines(base64(args), 76)}\n`,
  },
  base64_decode: {
    signature: "(value interface{}) string",
    note: "the bytes of base64 with padding; line ends are skipped",
    arity: [1, 1],
    run: (args) => {
      const text = args.text(0).replaceAll(/[\r\n]/g, "");
      if (!base64Form.test(text)) throw new DslError("wrong-argument", "argument 1 is no base64");
      return Buffer.from(text, "base64").toString("latin1");
    },
  },
  hex_encode: {
    signature: '(value string, optionalFormat "x") string',
    note: 'hexadecimal digits; with "x" each byte as \\x41; nothing for what is no text',
    arity: [1, 2],
    run: (args) => {
      const value = args.at(0);
      if (typeof value !== "string") return "";
      checkSize(value.length * 4);
      return args.text(1).toLowerCase() === "x" ? hexadecimal(value).replace(/../g, "\\x$&") : hexadecimal(value);
    },
  },
  hex_decode: {
    signature: "(value interface{}) string",
    note: "the bytes of hexadecimal digits",
    arity: [1, 1],
    run: (args) => {
      const text = args.text(0);
      if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new DslError("wrong-argument", "argument 1 is not hexadecimal");
      return Buffer.from(text, "hex").toString("latin1");
    },
  },
  url_encode: {
    signature: "(text string, optionalAll bool) string",
    note: "%XX for all but letters, digits and -_.!~*'(), or for all but letters and digits",
    arity: [1, 255],
    run: (args) => {
      const text = args.text(0);
      checkSize(text.length * 3);
      return urlEncoded(text, wantsAll(args));
    },
  },
  url_decode: {
    signature: "(text interface{}) string",
    note: "the bytes that %XX stand for; what is no escape stays",
    arity: [1, 1],
    run: (args) =>
      args
        .text(0)
        .replace(/%([0-9a-fA-F]{2})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
  },
  html_escape: {
    signature: "(text string, optionalAll bool) string",
    note: "the name of each character that has one in HTML; with all, the number of the others",
    arity: [1, 255],
    run: (args) => {
      const text = textOf(runesOf(args.text(0)).join(""));
      checkSize(text.length * 10);
      return bytesOf(isTrue(args.at(1)) ? numbered(text) : named(text));
    },
  },
  html_unescape: {
    signature: "(text interface{}) string",
    note: "the characters that names and numbers of HTML stand for",
    arity: [1, 1],
    run: (args) => args.text(0).replace(entity, (found) => (isAscii(found) ? bytesOf(decodeHTML(found)) : found)),
  },
};
