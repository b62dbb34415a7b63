import type { z } from "zod";
import { defaultsFor } from "./layers/defaults.ts";
import { detectProblems } from "./detect/detect-problems.ts";
import { guardProblems } from "./guard/guard-problems.ts";
import { readEnvLayer } from "./layers/env-layer.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import { readFileLayer } from "./layers/file-layer.ts";
import type { Given, Layer } from "./layers/given.ts";
import { resolved } from "./resolved.ts";
import { respondProblems } from "./respond/respond-problems.ts";
import { storeProblem } from "./addresses/store-problem.ts";
import { tlsProblems } from "./addresses/tls-problems.ts";
import { configSchema, leaves, type Config, type ConfigPath } from "./schema.ts";

export interface LoadOptions {
  /** YAML. Its relative paths start from its own folder. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What flags say; `undefined` says nothing. */
  readonly overrides?: Readonly<
    Partial<Record<ConfigPath, string | number | boolean | readonly (string | number)[] | undefined>>
  >;
  /** Says what is wrong with an entry of a scope. */
  readonly refuseScope?: (entry: string) => string | undefined;
  /** The same for where playbooks may connect to and verdicts may be sent. */
  readonly refuseEgress?: (entry: string) => string | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each key came from: `default`, `FILE:LINE`, `env NAME` or `flag`. */
  readonly sources: ReadonlyMap<ConfigPath, string>;
}

/**
 * The configuration: defaults, over them the file, the environment, the flags. Paths are absolute, addresses normalised.
 * @throws ConfigError with every problem of every place
 */
export const loadConfig = (options: LoadOptions): LoadedConfig => {
  const { file, env, overrides = {} } = options;
  const layers = [
    defaultLayer(defaultsFor(env)),
    ...(file === undefined ? [] : [readFileLayer(file)]),
    readEnvLayer(env),
    flagLayer(overrides),
  ];
  const problems = layers.flatMap((layer) => layer.problems);
  const given = new Map(layers.flatMap((layer) => [...layer.given]));
  const values: Tree = {};
  for (const [path, schema] of leaves) {
    const one = given.get(path);
    put(values, path.split("."), one === undefined ? undefined : check(path, schema, one, problems));
  }
  for (const path of ["scan.scope", "interactsh.scope", "detect.callback.egress"] as const) {
    problems.push(...entryProblems(path, given.get(path), options.refuseScope));
  }
  problems.push(...entryProblems("respond.egress", given.get("respond.egress"), options.refuseEgress));
  problems.push(...tlsProblems(given));
  if (problems.length > 0) throw new ConfigError(problems);
  const config = configSchema.parse(values, once);
  const clashes = [
    addressClash(config, given),
    zoneProblem(config, given),
    storeProblem(config, given),
    ...respondProblems(config, given),
    ...detectProblems(config, given),
    ...guardProblems(config, given),
  ].filter((clash) => clash !== undefined);
  if (clashes.length > 0) throw new ConfigError(clashes);
  return {
    config,
    sources: new Map([...leaves.keys()].map((path) => [path, given.get(path)?.sourceOf() ?? "default"])),
  };
};

interface Tree {
  [key: string]: unknown;
}

const put = (tree: Tree, [key = "", ...below]: readonly string[], value: unknown): void => {
  if (below.length === 0) tree[key] = value;
  else put((tree[key] ??= {}) as Tree, below, value);
};

/** The value of a key; undefined where there is none. */
export const configValue = (config: Config, path: ConfigPath): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Tree | undefined)?.[key], config);

const defaultLayer = (config: Config): Layer =>
  layerOf(Object.fromEntries([...leaves.keys()].map((path) => [path, configValue(config, path)])), "default");

const flagLayer = (overrides: NonNullable<LoadOptions["overrides"]>): Layer => layerOf(overrides, "flag");

const layerOf = (values: Readonly<Partial<Record<ConfigPath, unknown>>>, source: string): Layer => {
  const given = new Map<ConfigPath, Given>();
  for (const path of leaves.keys()) {
    const value = values[path];
    if (value !== undefined) given.set(path, { value, directory: undefined, sourceOf: () => source });
  }
  return { given, problems: [] };
};

const shownChars = 80;
/** What is read once is not worth the code that zod would make for it. */
const once = { jitless: true } as const;

/** The value as it will be used, or `undefined` with what is wrong added to `problems`. */
const check = (path: ConfigPath, schema: z.ZodType, given: Given, problems: ConfigProblem[]): unknown => {
  const parsed = schema.safeParse(given.value, once);
  if (parsed.success) return resolved(path, parsed.data, given.directory);
  const places = new Set<string>();
  for (const { path: within, message } of parsed.error.issues) {
    const index = typeof within[0] === "number" ? within[0] : undefined;
    const place = index === undefined ? path : `${path}[${index}]`;
    // One value has one problem, however many rules it breaks.
    if (places.has(place)) continue;
    places.add(place);
    const value = index === undefined || !Array.isArray(given.value) ? given.value : (given.value[index] as unknown);
    problems.push({ path: place, source: given.sourceOf(index), message: `${shown(value)}: ${message}` });
  }
  return undefined;
};

const shown = (value: unknown): string => {
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a mapping";
  // A password in a URL is refused, and not passed on by the message that says so.
  const text = JSON.stringify(value).replace(/:(\/\/)?.*@/, ":$1…@");
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
};

const entryProblems = (
  path: ConfigPath,
  given: Given | undefined,
  refuse: LoadOptions["refuseScope"],
): readonly ConfigProblem[] => {
  if (given === undefined || refuse === undefined || !Array.isArray(given.value)) return [];
  return given.value.flatMap((entry: unknown, index) => {
    const message = typeof entry === "string" ? refuse(entry) : undefined;
    return message === undefined
      ? []
      : [{ path: `${path}[${index}]`, source: given.sourceOf(index), message: `${shown(entry)}: ${message}` }];
  });
};

const addressClash = ({ listen }: Config, given: ReadonlyMap<ConfigPath, Given>): ConfigProblem | undefined => {
  if (listen.grpc !== listen.http || listen.grpc.endsWith(":0")) return undefined;
  const source = given.get("listen.http")?.sourceOf() ?? "default";
  return { path: "listen.http", source, message: `"${listen.http}": listen.grpc is the same: use another port` };
};

const zoneProblem = ({ collaborator }: Config, given: ReadonlyMap<ConfigPath, Given>): ConfigProblem | undefined => {
  const { dns, domain } = collaborator;
  if (dns === undefined || domain !== undefined) return undefined;
  const source = given.get("collaborator.dns")?.sourceOf() ?? "default";
  return {
    path: "collaborator.dns",
    source,
    message: `"${dns}": there is nothing to answer for: set collaborator.domain`,
  };
};
