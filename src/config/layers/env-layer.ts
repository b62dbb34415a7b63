import { z } from "zod";
import type { ConfigProblem } from "../errors.ts";
import type { Given, Layer } from "./given.ts";
import { leaves, type ConfigPath } from "../schema.ts";
import { refuseKey } from "./unknown-key.ts";

const prefix = "GARRISON_";
const separator = "__";

/** The variable that sets a key: `scan.leaseMs` is `GARRISON_SCAN__LEASEMS`. */
export const variableOf = (path: string): string => `${prefix}${path.toUpperCase().replaceAll(".", separator)}`;

/**
 * What environment variables give: those that begin with `GARRISON_` and have `__` in them. Lists are written with commas; an empty
 * variable gives nothing.
 */
export const readEnvLayer = (env: Readonly<Record<string, string | undefined>>): Layer => {
  const paths = new Map([...leaves.keys()].map((path) => [variableOf(path), path]));
  const given = new Map<ConfigPath, Given>();
  const problems: ConfigProblem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || !name.includes(separator) || text === undefined || text === "") continue;
    const path = paths.get(name);
    const source = `env ${name}`;
    if (path === undefined) {
      const named = name.slice(prefix.length).toLowerCase().replaceAll(separator, ".");
      problems.push({ path: named, source, message: refuseKey(named) });
    } else given.set(path, { value: valueOf(path, text), directory: undefined, sourceOf: () => source });
  }
  return { given, problems };
};

/** Text as the kind of value that the key takes; what is none stays text, for the schema to refuse. */
const valueOf = (path: ConfigPath, text: string): unknown => {
  const leaf = leaves.get(path);
  const schema = leaf instanceof z.ZodOptional ? leaf.unwrap() : leaf;
  if (!(schema instanceof z.ZodReadonly)) return scalarOf(schema, text);
  const list = schema.unwrap();
  const entry = list instanceof z.ZodArray ? list.element : undefined;
  return text
    .split(",")
    .map((written) => written.trim())
    .filter((written) => written !== "")
    .map((written) => scalarOf(entry, written));
};

const scalarOf = (schema: unknown, text: string): unknown => {
  if (schema instanceof z.ZodBoolean) return text === "true" || (text === "false" ? false : text);
  return schema instanceof z.ZodNumber && /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
};
