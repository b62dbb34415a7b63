import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseEvent, type SecurityEvent } from "../../../src/engines/events/index.ts";

/** A rule of the test data with the events that belong to it. */
export interface SigmaCase {
  /** Its folder. */
  readonly name: string;
  readonly rule: string;
  /** How many of its own events it matches, as its info.yml says; 1 where that does not say. */
  readonly matches: number;
  readonly events: readonly NamedEvent[];
}

export interface NamedEvent {
  /** Folder and place in the file, such as `proc_creation_win_certutil_download#0`. */
  readonly name: string;
  readonly event: SecurityEvent;
}

interface Info {
  readonly regression_tests_info: readonly { readonly match_count?: number }[];
}

/** Every folder of the test data that holds a rule, its events and what they have to give. */
export const loadSigmaCases = (folder: string): readonly SigmaCase[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const read = (file: string): string => readFileSync(join(folder, name, file), "utf8");
      const info = parse(read("info.yml")) as Info;
      return {
        name,
        rule: read("rule.yml"),
        matches: info.regression_tests_info.reduce((sum, test) => sum + (test.match_count ?? 1), 0),
        events: concatenated(read("event.json")).map((data, at) => ({
          name: `${name}#${at}`,
          event: parseEvent({ id: `${name}-${at}`, source: "conformance", kind: "windows", data }, { id: () => "" }),
        })),
      };
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));

/** The objects of a file that holds one behind the other, without anything between them. */
const concatenated = (text: string): readonly unknown[] => {
  const objects: unknown[] = [];
  let depth = 0;
  let start = 0;
  // Texts are skipped whole: what stands in them opens and closes nothing.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === "{" && ++depth === 1) start = index;
    if (token === "}" && --depth === 0) objects.push(JSON.parse(text.slice(start, index + 1)));
  }
  return objects;
};
