import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bounds, retryLimits } from "../ports.ts";

/** One program of the server: a command or a query of the model. */
export interface Script {
  readonly name: string;
  readonly source: string;
  /** By which the server knows the source. */
  readonly sha1: string;
}

/**
 * What the server may do with a script: `no-writes` lets it run where nothing can be written, `allow-oom` also when the
 * memory is full. Without a flag it is refused there before it begins.
 */
export type ScriptFlag = "no-writes" | "allow-oom";

const include = /^--- @include ([a-z]+)$/gm;

/** The numbers that are the same for every adapter come from the ports. */
const boundsModule = (): string => {
  const numbers = Object.entries({ ...bounds, ...retryLimits }).map(([name, value]) => `${name} = ${value}`);
  return `return { ${numbers.join(", ")} }\n`;
};

// Resolved by package.json, so that every build finds the one folder; `import.meta.resolve` is not in all loaders.
const { resolve } = createRequire(import.meta.url);
const read = (file: string): string => readFileSync(resolve(`#lua/${file}.lua`), "utf8");

const readModule = (name: string): string => (name === "bounds" ? boundsModule() : read(`model/${name}`));

/**
 * Puts a script together: the modules that it includes, directly or not, each once and after those that it includes
 * itself, then its own file. A module is a function whose result is a local variable of the module's name.
 * @param file below `lua/`, without its extension
 */
export const composeScript = (file: string, flag?: ScriptFlag): Script => {
  const modules = new Map<string, string>();
  const addIncludesOf = (text: string): void => {
    for (const [, name = ""] of text.matchAll(include)) {
      if (modules.has(name)) continue;
      const source = readModule(name);
      addIncludesOf(source);
      modules.set(name, `local ${name} = (function()\n${source}end)()\n`);
    }
  };
  const main = read(file);
  addIncludesOf(main);
  const head = flag === undefined ? "#!lua\n" : `#!lua flags=${flag}\n`;
  const source = head + stripped([...modules.values(), main].join(""));
  return { name: file, source, sha1: createHash("sha1").update(source).digest("hex") };
};

/** Comments and indentation do not travel. */
const stripped = (source: string): string => source.replaceAll(/^\s*--.*\n/gm, "").replaceAll(/^\s+/gm, "");
