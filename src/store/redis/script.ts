import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { limitTimes } from "../model/limits.ts";
import { steps } from "../model/steps.ts";
import { bounds, retryLimits } from "../ports.ts";
import { defaultPriority } from "./calls/prepared-item.ts";

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

/** The numbers that are the same for every adapter. */
const numbers: Readonly<Record<string, number>> = {
  ...bounds,
  ...retryLimits,
  ...steps,
  ...limitTimes,
  defaultPriority,
};

/** `bounds.NAME` in a script is the number of that name. */
const withNumbers = (text: string): string =>
  text.replaceAll(/\bbounds\.(\w+)/g, (_, name: string) => {
    const value = numbers[name];
    if (value === undefined) throw new Error(`there is no bound ${name}`);
    return String(value);
  });

// Resolved by package.json, so that every build finds the one folder; `import.meta.resolve` is not in all loaders.
const { resolve } = createRequire(import.meta.url);
const read = (file: string): string => readFileSync(resolve(`#lua/${file}.lua`), "utf8");

/**
 * Puts a script together: the modules that it includes, directly or not, each once and after those that it includes
 * itself, then its own file. A module is a function whose result is a local variable of the module's name. Comments and
 * indentation do not travel.
 * @param file below `lua/`, without its extension
 */
export const composeScript = (file: string, flag?: ScriptFlag): Script => {
  const modules = new Map<string, string>();
  const addIncludesOf = (text: string): void => {
    for (const [, name = ""] of text.matchAll(include)) {
      if (modules.has(name)) continue;
      const source = read(`model/${name}`);
      addIncludesOf(source);
      modules.set(name, withoutComments(source));
    }
  };
  const main = read(file);
  addIncludesOf(main);
  const head = flag === undefined ? "#!lua\n" : `#!lua flags=${flag}\n`;
  const program = withoutComments(main);
  const parts = [...withoutUnused(modules, program)].map(
    ([name, text]) => `local ${name} = (function()\n${sized(name, text)}end)()\n`,
  );
  const source = head + withNumbers([...parts, program].join("")).replaceAll(/^\s+/gm, "");
  return { name: file, source, sha1: createHash("sha1").update(source).digest("hex") };
};

/** They stand on lines of their own. */
const withoutComments = (text: string): string => text.replaceAll(/^\s*--.*\n/gm, "");

/** A function of a module's table or of its own, from its head to the `end` in the first column. */
const definition = /^(?:local )?function ([\w.]+)\([^]*?^end\n/gm;

/**
 * Leaves out the functions that nothing names: the server makes all functions of a script anew on every call, which
 * takes as long as a small call's own work.
 */
const withoutUnused = (modules: ReadonlyMap<string, string>, program: string): ReadonlyMap<string, string> => {
  const everything = [...modules.values(), program].join("");
  let left = 0;
  const kept = new Map<string, string>();
  for (const [module, text] of modules) {
    const used = text.replaceAll(definition, (whole, name: string) => {
      const isShared = name.startsWith(`${module}.`);
      if (name.includes(".") && !isShared) return whole;
      const uses = timesNamed(name, isShared ? everything : text) - timesNamed(name, whole);
      left += uses > 0 ? 0 : 1;
      return uses > 0 ? whole : "";
    });
    kept.set(module, used);
  }
  return left > 0 ? withoutUnused(kept, program) : kept;
};

const timesNamed = (name: string, text: string): number =>
  text.match(new RegExp(`(?<![\\w.])${name.replace(".", "\\.")}(?!\\w)`, "g"))?.length ?? 0;

/** Makes the table of a module with room for its functions: a table that grows is made anew several times. */
const sized = (module: string, text: string): string => {
  const names = [...text.matchAll(definition)]
    .map(([, name = ""]) => name)
    .filter((name) => name.startsWith(`${module}.`));
  const room = names.map((name) => `${name.slice(module.length + 1)} = 0`).join(", ");
  return text.replace(`local ${module} = {}\n`, `local ${module} = { ${room} }\n`);
};
