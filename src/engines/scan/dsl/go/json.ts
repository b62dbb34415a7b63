import { bytesOf } from "../../value/value.ts";
import { checkSize } from "../helpers/helper.ts";

/** Deepest nesting that is written. */
const maxDepth = 1000;

const unsafe = /[<>&\u2028\u2029]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const quoted = (text: string): string => JSON.stringify(text).replace(unsafe, escaped);

const byBytes = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  bytesOf(a) < bytesOf(b) ? -1 : 1;

/**
 * A value of JSON.parse as Go's json.Marshal writes it: without spaces, keys in order of their bytes, `<`, `>` and `&`
 * escaped. As text.
 *
 * @returns undefined when it is nested too deeply
 */
export const marshal = (value: unknown, depth = 0): string | undefined => {
  if (typeof value === "string") return quoted(value);
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (depth >= maxDepth) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => marshal(item, depth + 1));
    return items.includes(undefined) ? undefined : `[${items.join(",")}]`;
  }
  const members: string[] = [];
  for (const [key, member] of Object.entries(value).sort(byBytes)) {
    const text = marshal(member, depth + 1);
    if (text === undefined) return undefined;
    members.push(`${quoted(key)}:${text}`);
  }
  return `{${members.join(",")}}`;
};

const word = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** JSON that is valid, indented by four spaces as Go's json.Indent does it: nothing but spaces changes. */
export const indent = (json: string): string => {
  const words = json.match(word) ?? [];
  let out = "";
  let depth = 0;
  const line = (): string => `\n${"    ".repeat(depth)}`;
  for (const [at, text] of words.entries()) {
    const before = words[at - 1];
    const isEmpty = before === "{" || before === "[";
    if (text === "}" || text === "]") {
      depth -= 1;
      out += isEmpty ? text : line() + text;
      continue;
    }
    if (isEmpty) out += line();
    if (text === "{" || text === "[") depth += 1;
    out += text;
    if (text === ",") out += line();
    else if (text === ":") out += " ";
    checkSize(out.length);
  }
  return out + (/\s*$/.exec(json)?.[0] ?? "");
};
