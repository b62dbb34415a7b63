import { RE2JS } from "re2js";
import { sizeProblem } from "../search/pattern/program-bound.ts";
import { textOf } from "../value/value.ts";
import { DslError } from "./error.ts";
import type { DslSetup } from "./setup.ts";

/** Subjects up to this many bytes are searched in place, longer ones by the searcher of the run. */
export const inPlaceBytes = 4096;

const maxPatternBytes = 16_384;
/** Expressions of one set of templates hold so many patterns; what they make while they run comes on top. */
const maxKept = 4096;
const kept = new Map<string, RE2JS>();

/**
 * A pattern in RE2 syntax, compiled once while it is in use.
 *
 * @param source byte string
 * @throws DslError `wrong-argument` when it does not compile
 */
export const compiledPattern = (source: string): RE2JS => {
  const known = kept.get(source);
  if (known !== undefined) return known;
  if (source.length > maxPatternBytes) {
    throw new DslError("wrong-argument", `a pattern is longer than ${maxPatternBytes} bytes`);
  }
  const problem = sizeProblem(source);
  if (problem !== undefined) throw new DslError("wrong-argument", problem);
  const pattern = compile(textOf(source));
  if (kept.size >= maxKept) {
    const [oldest = ""] = kept.keys();
    kept.delete(oldest);
  }
  kept.set(source, pattern);
  return pattern;
};

const compile = (source: string): RE2JS => {
  try {
    return RE2JS.compile(source);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new DslError("wrong-argument", `a pattern does not compile as RE2: ${reason}`);
  }
};

const onlyAscii = /^[\0-\x7f]*$/;

/** A byte string as RE2JS reads it: bytes that are no UTF-8 match as Go's regexp has it. */
const inputOf = (subject: string): string | Uint8Array =>
  onlyAscii.test(subject) ? subject : Buffer.from(subject, "latin1");

/** Whether a pattern occurs in a byte string. */
export const isFound = (source: string, subject: string, setup: DslSetup): boolean | Promise<boolean> => {
  const pattern = compiledPattern(source);
  if (subject.length > inPlaceBytes && setup.searcher !== undefined) {
    return setup.searcher.test(textOf(source), subject);
  }
  return pattern.matcher(inputOf(subject)).find();
};

/** Replaces all matches in a byte string; `$1`, `${name}` and `$$` of the replacement are expanded as in Go. */
export const replaced = (
  source: string,
  subject: string,
  replacement: string,
  setup: DslSetup,
): string | Promise<string> => {
  const pattern = compiledPattern(source);
  if (subject.length > inPlaceBytes && setup.searcher !== undefined) {
    return setup.searcher.replaceAll(textOf(source), subject, replacement);
  }
  return replaceInPlace(pattern, subject, replacement);
};

const reference = /\$(?:\$|(\w+)|\{(\w+)\})/g;

/** The same in place, whatever its size. */
export const replaceInPlace = (pattern: RE2JS, subject: string, replacement: string): string => {
  const matcher = pattern.matcher(inputOf(subject));
  const groups = pattern.namedGroups();
  const groupAt = (index: number): string =>
    index <= pattern.groupCount() && matcher.start(index) >= 0
      ? subject.slice(matcher.start(index), matcher.end(index))
      : "";
  const expanded = (): string =>
    replacement.replace(reference, (_whole: string, plain?: string, braced?: string) => {
      const name = plain ?? braced;
      if (name === undefined) return "$";
      const index = /^\d{1,6}$/.test(name) ? Number(name) : groups[name];
      return index === undefined ? "" : groupAt(index);
    });
  const out: string[] = [];
  let from = 0;
  let previousEnd = -1;
  while (matcher.find()) {
    const start = matcher.start();
    const end = matcher.end();
    // As in Go, an empty match directly behind another match is none.
    if (end > start || start !== previousEnd) {
      out.push(subject.slice(from, start), expanded());
      from = end;
    }
    previousEnd = end;
  }
  out.push(subject.slice(from));
  return out.join("");
};
