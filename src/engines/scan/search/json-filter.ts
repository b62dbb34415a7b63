import { loadJq } from "jq-wasm";
import { asError } from "../../../base/errors.ts";
import type { Part } from "../operators/part.ts";
import { printed } from "../value/printed.ts";
import { bytesOf, textOf } from "../value/value.ts";
import { ValueList } from "./values.ts";

const jq = await loadJq();

const maxFilterChars = 16_384;
const mostRepeats = 1_000_000;
/** The exit code of jq for a filter that does not compile. */
const compileError = 3;
/** How a JSON text can begin; anything else is decided without a parser. */
const jsonStart = /^[ \t\r\n]*[{["\-0-9tfn]/;

/** A filter of jq that compiles. */
export interface JsonFilter {
  readonly source: string;
}

/** Compiles a filter; or says, in words for a person, why it does not compile. */
export const compileJsonFilter = (source: string): JsonFilter | string => {
  if (source.length > maxFilterChars) return `filter is longer than ${maxFilterChars} characters`;
  if (maySwell(source)) return `filter repeats a text more than ${mostRepeats} times`;
  try {
    // Compiled, not run: there is no input.
    const { exitCode, stderr } = jq.raw("", source);
    return exitCode === compileError ? `filter does not compile as jq: ${stderr.split("\n", 1)[0] ?? ""}` : { source };
  } catch (thrown) {
    return `filter does not compile as jq: ${asError(thrown).message}`;
  }
};

/** Whether its constants may become a large text: jq works them out while it compiles, `"a" * 1000000000` too. */
const maySwell = (source: string): boolean => {
  if (!source.includes("*") || !source.includes('"')) return false;
  const numbers = source.match(/\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g) ?? [];
  return numbers.reduce((product, number) => product * Math.max(Number(number), 1), 1) > mostRepeats;
};

/** Whether a part may be JSON at all. */
export const mayBeJson = (part: Part): boolean => jsonStart.test(part.bytes);

/**
 * What the filter gives for the part: texts as they are, numbers in decimals, null as an empty value, all else as JSON
 * with sorted keys. An error in the filter ends it; what it gave before stays. Nothing for a part that is not JSON.
 */
export const filterJson = ({ source }: JsonFilter, part: Part): readonly string[] => {
  const text = textOf(part.bytes);
  if (!isJson(text)) return [];
  const values = new ValueList();
  const { stdout } = jq.raw(text, source, ["-c", "-S"]);
  for (const line of stdout.split("\n")) {
    if (values.full) break;
    const value = line === "" ? undefined : shown(line);
    if (value !== undefined) values.add(bytesOf(value));
  }
  return values.list();
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const shown = (line: string): string | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value === "string") return value;
  if (typeof value === "number") return printed(value);
  return value === null ? "" : JSON.stringify(value);
};
