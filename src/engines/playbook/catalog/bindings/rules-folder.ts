import { join } from "node:path";
import type { Placeholders } from "../../../sigma/index.ts";
import type { Turns } from "../../../scan/turns.ts";
import { catalogBounds } from "../bounds.ts";
import type { CatalogProblem } from "../catalog.ts";
import type { FolderFile, FolderListing } from "../files/folder-file.ts";
import { LastGood, type Reading } from "../files/last-good.ts";
import { readBounded } from "../files/read-bounded.ts";
import type { Draft } from "./draft.ts";
import { makeDraft } from "./make-draft.ts";
import { type ParsedBinding, parseBindings } from "./parse-bindings.ts";
import { readRuleFile, type RuleFile } from "./rule-file.ts";
import { isYamlFile, RulePaths } from "./rule-paths.ts";

interface Load {
  readonly root: string;
  readonly generation: number;
  readonly paths: RulePaths;
  readonly bindingProblems: CatalogProblem[];
  /** By path of the file, which several bindings may name. */
  readonly ruleProblems: Map<string, readonly CatalogProblem[]>;
}

/** Reads the bindings at the top of one folder, and the Sigma rules anywhere in it that they name. */
export class RulesFolder {
  readonly #placeholders: Placeholders | undefined;
  readonly #turns: Turns;
  readonly #parsed = new LastGood<readonly ParsedBinding[]>();
  readonly #rules = new LastGood<RuleFile>();
  readonly #drafts = new LastGood<readonly Draft[]>();

  constructor(placeholders: Placeholders | undefined, turns: Turns) {
    this.#placeholders = placeholders;
    this.#turns = turns;
  }

  /** @param generation files that are as they were at a load of the same generation are not read again */
  async load({ root, files }: FolderListing, generation: number): Promise<Reading<readonly Draft[]>> {
    const load: Load = { root, generation, paths: new RulePaths(files), bindingProblems: [], ruleProblems: new Map() };
    const drafts: Draft[] = [];
    for (const file of files) {
      if (file.path.includes("/") || !isYamlFile(file.path)) continue;
      drafts.push(...(await this.#bindingsOf(load, file)));
    }
    for (const memory of [this.#parsed, this.#rules, this.#drafts]) memory.sweep();
    return { value: drafts, problems: [...load.bindingProblems, ...[...load.ruleProblems.values()].flat()] };
  }

  async #bindingsOf(load: Load, file: FolderFile): Promise<readonly Draft[]> {
    const key = keyOf(load, [file]);
    const parsed = await this.#parsed.take(file.path, key, () => this.#parse(load.root, file));
    const named = (parsed.value ?? []).map((binding) => ({ binding, files: namedBy(binding, load.paths) }));
    const ruleFiles = named.flatMap(({ files }) => (typeof files === "string" ? [] : (files ?? [])));
    const rules = new Map<string, RuleFile>();
    for (const ruleFile of ruleFiles) {
      const read = await this.#ruleFile(load, ruleFile);
      if (read !== undefined) rules.set(ruleFile.path, read);
    }
    const made = await this.#drafts.take(file.path, keyOf(load, [file, ...ruleFiles]), async () => {
      const value: Draft[] = [];
      const problems = [...parsed.problems];
      for (const { binding, files } of named) {
        await this.#turns.next();
        const draft = makeDraft(binding, {
          file: join(load.root, file.path),
          placeholders: this.#placeholders,
          rules: typeof files === "string" ? files : files?.flatMap(({ path }) => rules.get(path) ?? []),
        });
        if ("message" in draft) problems.push(draft);
        else if (binding.written.enabled) value.push(draft);
      }
      return { value, problems: problems.slice(0, catalogBounds.problems) };
    });
    load.bindingProblems.push(...made.problems);
    return made.value ?? [];
  }

  async #ruleFile(load: Load, file: FolderFile): Promise<RuleFile | undefined> {
    await this.#turns.next();
    const { value, problems } = await this.#rules.take(file.path, keyOf(load, [file]), () =>
      readRuleFile(load.root, file, this.#placeholders),
    );
    load.ruleProblems.set(file.path, problems);
    return value;
  }

  async #parse(root: string, { path, refused }: FolderFile): Promise<Reading<readonly ParsedBinding[]>> {
    const file = join(root, path);
    const content = refused ?? (await readBounded(file, catalogBounds.rulesBytes));
    if (typeof content === "string") return { value: undefined, problems: [{ file, at: "", message: content }] };
    const value: ParsedBinding[] = [];
    const problems: CatalogProblem[] = [];
    for (const found of parseBindings(content.toString("utf8"))) {
      await this.#turns.next();
      if ("written" in found) value.push(found);
      else if (problems.length < catalogBounds.problems) problems.push({ file, ...found });
    }
    return { value, problems };
  }
}

const keyOf = ({ generation }: Load, files: readonly FolderFile[]): string =>
  [generation, ...files.map(({ path, stamp }) => `${path} ${stamp}`)].join("\n");

/** Undefined: it names no rules. A text: why what it names cannot be found. */
const namedBy = (
  { written: { when } }: ParsedBinding,
  paths: RulePaths,
): readonly FolderFile[] | string | undefined => {
  const named = when.rule ?? when.rules;
  if (named === undefined) return undefined;
  const files = new Set<FolderFile>();
  for (const path of typeof named === "string" ? [named] : named) {
    const found = paths.find(path);
    if (typeof found === "string") return found;
    for (const file of found) files.add(file);
  }
  return [...files];
};
