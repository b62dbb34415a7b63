import { readText } from "../net/texts.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import type { TextPattern } from "../template/text.ts";

/** What is sent, and what is read after it. */
export interface NetworkInput {
  readonly data: TextPattern;
  /** The data is hexadecimal digits. */
  readonly isHex: boolean;
  /** Bytes at most; 0: nothing is read. */
  readonly read: number;
  /** Under which what was read can be matched. */
  readonly name: string | undefined;
}

const maxInputs = 100;
const wholeBytes = /^(?:[0-9a-fA-F]{2})*$/;

/** @returns the bytes of hexadecimal digits, as a byte string; undefined when it is something else */
export const hexBytes = (digits: string): string | undefined =>
  wholeBytes.test(digits) ? Buffer.from(digits, "hex").toString("latin1") : undefined;

export const readInputs = (section: Section): readonly NetworkInput[] => {
  const inputs = section.sections("inputs");
  if (inputs.length > maxInputs) section.complain("invalid", "inputs", `has more than ${maxInputs} inputs`);
  return inputs.slice(0, maxInputs).map((input) => {
    refuseOtherKeys(input, "networkInput");
    const data = readText(input, "data", input.string("data") ?? "");
    const type = (input.string("type") ?? "").trim().toLowerCase() || "text";
    if (type !== "hex" && type !== "text") input.complain("invalid", "type", `unknown type "${type}"; use hex or text`);
    if (type === "hex" && data.isStatic && hexBytes(data.source) === undefined) {
      input.complain("invalid", "data", "must be pairs of hexadecimal digits");
    }
    return { data, isHex: type === "hex", read: input.integer("read") ?? 0, name: input.string("name") || undefined };
  });
};
