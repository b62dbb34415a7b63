import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { limitTimes } from "../model/limits.ts";
import { steps } from "../model/steps.ts";
import { bounds, retryLimits } from "../ports.ts";
import { defaultPriority } from "./calls/prepared-item.ts";

/** The programs of the model as one library of functions of a Redis server (`FUNCTION LOAD`). */
export interface Library {
  /** Has the digest of the source in it: versions live side by side on one server. */
  readonly name: string;
  readonly source: string;
}

/** One function of a library, by the name that the server knows it by. */
export interface LibraryFunction {
  readonly name: string;
  /** Where it comes from. */
  readonly library: Library;
}

/**
 * What the server may do with a function: `no-writes` lets it run where nothing can be written, `allow-oom` also when
 * the memory is full. Without a flag it is refused there before it begins.
 */
export type FunctionFlag = "no-writes" | "allow-oom";

/** A program and each flag that it is called with, `undefined` for none. */
export interface Program {
  /** Below `lua/`, without its extension. */
  readonly file: string;
  readonly flags: readonly (FunctionFlag | undefined)[];
}

const include = /^--- @include ([a-z]+)$/gm;

/** The numbers that are the same for every adapter. */
const numbers: Readonly<Record<string, number>> = {
  ...bounds,
  ...retryLimits,
  ...steps,
  ...limitTimes,
  defaultPriority,
};

/** `bounds.NAME` in a program is the number of that name. */
const withNumbers = (text: string): string =>
  text.replaceAll(/\bbounds\.(\w+)/g, (_, name: string) => {
    const value = numbers[name];
    if (value === undefined) throw new Error(`there is no bound ${name}`);
    return String(value);
  });

// Resolved by package.json, so that every build finds the one folder; `import.meta.resolve` is not in all loaders.
const { resolve } = createRequire(import.meta.url);
const read = (file: string): string => readFileSync(resolve(`#lua/${file}.lua`), "utf8");

/** Adds the modules that a text includes, directly or not, each once and after those that it includes itself. */
const addIncludesOf = (text: string, modules: Map<string, string>): void => {
  for (const [, name = ""] of text.matchAll(include)) {
    if (modules.has(name)) continue;
    const source = read(`model/${name}`);
    addIncludesOf(source, modules);
    modules.set(name, source);
  }
};

/**
 * Puts the library together. A module is a function whose result is a local variable of the module's name. A module that
 * remembers something has a function `begin`: it is run before each call of a program that includes the module, since
 * modules outlive calls, also those that end in an error. Comments and indentation do not travel.
 */
export const composeLibrary = (programs: readonly Program[]): Library => {
  const modules = new Map<string, string>();
  const registrations = programs.map(({ file, flags }) => {
    const text = read(file);
    addIncludesOf(text, modules);
    const calls = flags.map(
      (flag) => `register("${shortName(file, flag)}", { ${flag === undefined ? "" : `"${flag}"`} }, run)\n`,
    );
    return `do\nlocal function run()\n${begins(text)}${text}end\n${calls.join("")}end\n`;
  });
  const parts = [...modules].map(([name, text]) => `local ${name} = (function()\n${text}end)()\n`);
  const body = withNumbers([...parts, read("register"), ...registrations].join(""))
    .replaceAll(/^\s*--.*\n/gm, "")
    .replaceAll(/^\s+/gm, "");
  const name = `garrison_${createHash("sha256").update(body).digest("hex").slice(0, 16)}`;
  return { name, source: `#!lua name=${name}\nlocal KEYS, ARGV\nlocal library = "${name}"\n${body}` };
};

const begins = (program: string): string => {
  const modules = new Map<string, string>();
  addIncludesOf(program, modules);
  const names = [...modules]
    .filter(([name, text]) => text.includes(`\nfunction ${name}.begin()`))
    .map(([name]) => name);
  return names.map((name) => `${name}.begin()\n`).join("");
};

/** The server takes letters, digits and `_`. */
const shortName = (file: string, flag: FunctionFlag | undefined): string =>
  [file.slice(file.indexOf("/") + 1), ...(flag === undefined ? [] : [flag])].join("_").replaceAll("-", "_");

/** The function of a program that is called with this flag. */
export const functionOf = (library: Library, file: string, flag: FunctionFlag | undefined): LibraryFunction => ({
  name: `${library.name}_${shortName(file, flag)}`,
  library,
});
