import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from "yaml";
import type { Json } from "../../../base/json.ts";
import type { Problem, ProblemKind } from "./problem.ts";

/** One entry of a YAML list with its place. */
export interface Placed<Value> {
  readonly value: Value;
  readonly line: number;
}

/** The file that sections are read from, and where their problems go. */
export interface SectionSource {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly problems: Problem[];
  /** What the patterns of the file may still become, in instructions: compiling takes time and memory by their number. */
  readonly room: { instructions: number };
}

const spokenBooleans: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };
const maxAliases = 100;
/** Enough to see what is wrong with a file, few enough that a hostile one costs nothing. */
const maxProblems = 200;

/**
 * A mapping of a template, read key by key as nuclei's Go structs read it: a number where a string is expected keeps
 * its spelling, a list is never a single value. A value of a wrong shape is reported as `invalid` at its line and
 * read as absent.
 */
export class Section {
  readonly path: string;
  readonly line: number;
  readonly #source: SectionSource;
  readonly #entries = new Map<string, { readonly line: number; readonly value: Node | null }>();

  constructor(map: YAMLMap, path: string, source: SectionSource) {
    this.path = path;
    this.#source = source;
    this.line = lineOf(map, source);
    for (const pair of map.items) {
      const key = pair.key;
      const name = isScalar(key) ? String(key.source ?? key.value) : String(key);
      const line = key !== null && typeof key === "object" && "range" in key ? lineOf(key as Node, source) : this.line;
      if (this.#entries.has(name)) this.complain("invalid", name, "stands here twice", line);
      this.#entries.set(name, { line, value: this.#resolve(pair.value as Node | null) });
    }
  }

  /** Whether the file still has room for a pattern of so many instructions; it is taken then. */
  takesPattern(instructions: number): boolean {
    const { room } = this.#source;
    if (instructions > room.instructions) return false;
    room.instructions -= instructions;
    return true;
  }

  keys(): readonly Placed<string>[] {
    return [...this.#entries].map(([value, { line }]) => ({ value, line }));
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Reports a problem with `key` (empty: with the section itself). `line` defaults to the key's. */
  complain(kind: ProblemKind, key: string, message: string, line = this.#entries.get(key)?.line ?? this.line): void {
    const path = key === "" ? this.path : this.path === "" ? key : `${this.path}.${key}`;
    if (this.#source.problems.length >= maxProblems) return;
    this.#source.problems.push({ kind, file: this.#source.file, line, key: path, message });
  }

  string(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const text = scalarText(entry.value);
    if (text === undefined) this.complain("invalid", key, "must be a string");
    return text;
  }

  boolean(key: string): boolean {
    const node = this.#entries.get(key)?.value;
    if (node === undefined || node === null) return false;
    if (isScalar(node)) {
      if (typeof node.value === "boolean") return node.value;
      const spoken = typeof node.value === "string" ? spokenBooleans[node.value.toLowerCase()] : undefined;
      if (spoken !== undefined && node.type === "PLAIN") return spoken;
    }
    this.complain("invalid", key, "must be true or false");
    return false;
  }

  /** A whole number in [0, 2³¹). */
  integer(key: string): number | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const value = wholeNumber(entry.value);
    if (value === undefined) this.complain("invalid", key, "must be a whole number from 0 to 2147483647");
    return value;
  }

  strings(key: string): readonly Placed<string>[] {
    return this.#list(key, scalarText, "must be a list of strings");
  }

  /** A list of strings, or one string with commas between its entries. */
  stringList(key: string): readonly string[] {
    const value = this.#entries.get(key)?.value;
    if (value !== undefined && isSeq(value)) return this.strings(key).map((entry) => entry.value);
    const text = this.string(key) ?? "";
    return text.split(",").filter((entry) => entry.trim() !== "");
  }

  integers(key: string): readonly Placed<number>[] {
    return this.#list(key, wholeNumber, "must be a list of whole numbers from 0 to 2147483647");
  }

  /** The mappings of a list. */
  sections(key: string): readonly Section[] {
    const path = this.path === "" ? key : `${this.path}.${key}`;
    return this.#list(
      key,
      (node, at) => (isMap(node) ? new Section(node, `${path}[${at}]`, this.#source) : undefined),
      "must be a list of mappings",
    ).map(({ value }) => value);
  }

  section(key: string): Section | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const path = this.path === "" ? key : `${this.path}.${key}`;
    if (isMap(entry.value)) return new Section(entry.value, path, this.#source);
    this.complain("invalid", key, "must be a mapping");
    return undefined;
  }

  /** The value as JSON, whatever its shape; absent when its aliases expand beyond the bound. */
  json(key: string): Json | undefined {
    const node = this.#entries.get(key)?.value;
    if (node === undefined) return undefined;
    if (node === null) return null;
    try {
      const plain: unknown = node.toJS(this.#source.document, { maxAliasCount: maxAliases });
      return JSON.parse(JSON.stringify(plain)) as Json;
    } catch {
      this.complain("invalid", key, "is nested too deeply or repeats too many aliases");
      return undefined;
    }
  }

  #resolve(node: Node | null | undefined): Node | null {
    if (node === undefined || node === null) return null;
    return isAlias(node) ? (node.resolve(this.#source.document) ?? null) : node;
  }

  #list<Value>(
    key: string,
    read: (node: Node | null, at: number) => Value | undefined,
    expected: string,
  ): readonly Placed<Value>[] {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.value === null) return [];
    if (!isSeq(entry.value)) {
      this.complain("invalid", key, expected);
      return [];
    }
    const out: Placed<Value>[] = [];
    for (const [at, item] of entry.value.items.entries()) {
      const line = item === null ? entry.line : lineOf(item as Node, this.#source);
      const value = read(this.#resolve(item as Node | null), at);
      if (value === undefined) this.complain("invalid", `${key}[${at}]`, expected, line);
      else out.push({ value, line });
    }
    return out;
  }
}

const lineOf = (node: Node, source: SectionSource): number =>
  node.range ? source.lines.linePos(node.range[0]).line : 1;

const scalarText = (node: Node | null): string | undefined => {
  if (node === null) return "";
  if (!isScalar(node)) return undefined;
  if (typeof node.value === "string") return node.value;
  return typeof node.value === "number" || typeof node.value === "boolean" ? (node.source ?? String(node.value)) : "";
};

const wholeNumber = (node: Node | null): number | undefined => {
  const value = isScalar(node) ? node.value : undefined;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : undefined;
};
