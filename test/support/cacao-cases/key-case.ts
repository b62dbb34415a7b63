import { playbookOf, type ShortPlaybook } from "../cacao/playbook-source.ts";
import type { CacaoRunSetup } from "../cacao-runs.ts";

export type Entry = Readonly<Record<string, unknown>>;
type Run = Pick<CacaoRunSetup, "script" | "data" | "variables" | "settings">;

/** One key of the standard in a playbook where it decides what happens. */
export interface KeyCase {
  /** As in the table of what is supported: `step action`, `out_args`. */
  readonly object: string;
  readonly key: string;
  /** What it is about, when one key has several cases. */
  readonly about: string;
  /** The files: the first is executed, the others are called. */
  readonly files: readonly Entry[];
  /** Where the key is: keys of the first file, or `called` and the place of another one; entries that have a name go by it. */
  readonly at: readonly (string | number)[];
  /** What the key says in the mutant; absent: it is removed. */
  readonly mutate?: (value: unknown) => unknown;
  /** Something that is to be seen of the playbook as it is, and not of the mutant. */
  readonly shows: string;
  readonly run: Run;
}

type More = Partial<Pick<KeyCase, "mutate" | "about">> & Run & { readonly called?: readonly Entry[] };

/** A case of a key; `name` is `object / key`. */
export const keyCase = (
  name: string,
  main: ShortPlaybook | Entry,
  at: KeyCase["at"],
  shows: string,
  { mutate, about = "", called = [], ...run }: More = {},
): KeyCase => {
  const [object = "", key = ""] = name.split(" / ");
  const file = "steps" in main ? playbookOf("tested", main as ShortPlaybook) : main;
  return { object, key, about, files: [file, ...called], at, shows, run, ...(mutate && { mutate }) };
};

/** Another value in place of the one that is there. */
export const to = (value: unknown) => (): unknown => value;

/** The value with one text in it exchanged. */
export const swap =
  (from: string, into: string) =>
  (value: unknown): unknown => {
    const text = JSON.stringify(value);
    if (!text.includes(from)) throw new Error(`there is no ${from} in ${text}`);
    return JSON.parse(text.replaceAll(from, into)) as unknown;
  };

type Tree = Record<string | number, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** The key, or that of the entry of this name. */
const keyIn = (tree: Tree, part: string | number): string | number => {
  if (Object.hasOwn(tree, part)) return part;
  const named = Object.entries(tree).find(([, entry]) => isTree(entry) && entry["name"] === part);
  if (named === undefined) throw new Error(`there is no ${part} in ${Object.keys(tree).join(", ")}`);
  return named[0];
};

/** The files of the case in which its key is removed or says something else. */
export const mutantOf = ({ files, at, mutate }: KeyCase): readonly Entry[] => {
  const copy = structuredClone(files) as Entry[];
  const [root, place, ...inCalled] = at;
  const path = root === "called" ? inCalled : at;
  let tree = copy[root === "called" ? Number(place) + 1 : 0] as Tree;
  for (const part of path.slice(0, -1)) tree = tree[keyIn(tree, part)] as Tree;
  const key = keyIn(tree, path.at(-1) ?? "");
  if (mutate === undefined) Reflect.deleteProperty(tree, key);
  else tree[key] = mutate(tree[key]);
  return copy;
};
