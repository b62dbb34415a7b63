import type { Value } from "../../value/value.ts";
import { DslError } from "../error.ts";
import type { DslSetup } from "../setup.ts";
import { cipherHelpers } from "./ciphers.ts";
import { comparisonHelpers } from "./comparisons.ts";
import { compressionHelpers } from "./compression.ts";
import { debuggingHelpers } from "./debugging.ts";
import { encodingHelpers } from "./encodings.ts";
import { hashHelpers } from "./hashes.ts";
import { jsonHelpers } from "./json.ts";
import { listHelpers } from "./lists.ts";
import { networkHelpers } from "./networks.ts";
import { numberHelpers } from "./numbers.ts";
import { patternHelpers } from "./patterns.ts";
import { randomHelpers } from "./random.ts";
import { textHelpers } from "./texts.ts";
import { timeHelpers } from "./times.ts";
import { versionHelpers } from "./versions.ts";
import { Arguments, checkSize } from "./helper.ts";
import type { Helper } from "./helper.ts";
import { RefusedHelper, refusedHelpers } from "./refused.ts";

const helpers: Readonly<Record<string, Helper>> = {
  ...cipherHelpers,
  ...comparisonHelpers,
  ...compressionHelpers,
  ...debuggingHelpers,
  ...encodingHelpers,
  ...hashHelpers,
  ...jsonHelpers,
  ...listHelpers,
  ...networkHelpers,
  ...numberHelpers,
  ...patternHelpers,
  ...randomHelpers,
  ...textHelpers,
  ...timeHelpers,
  ...versionHelpers,
};

/** A helper as expressions call it: arity and size of the result are checked. */
export interface NamedHelper {
  readonly name: string;
  readonly isAsync: boolean;
  /** @throws DslError */
  call(args: readonly Value[], setup: DslSetup): Value | Promise<Value>;
}

const checked = (value: Value): Value => {
  if (typeof value === "string") checkSize(value.length);
  return value;
};

const named = (name: string, helper: Helper): NamedHelper => {
  const [fewest, most] = helper.arity;
  return {
    name,
    isAsync: helper.isAsync === true,
    call: (args, setup) => {
      if (args.length < fewest || args.length > most) {
        throw new DslError("wrong-argument", `${name} is called as ${name}${helper.signature}`);
      }
      const result = helper.run(new Arguments(args), setup);
      return result instanceof Promise ? result.then(checked) : checked(result);
    },
  };
};

/** By each name that an expression may use: as it is, and without its underscores. */
const byName: ReadonlyMap<string, NamedHelper> = new Map(
  Object.entries(helpers).flatMap(([name, helper]) => {
    const entry = named(name, helper);
    return [
      [name, entry],
      [name.replaceAll("_", ""), entry],
    ] as const;
  }),
);

const refusedByName: ReadonlyMap<string, string> = new Map(
  Object.keys(refusedHelpers).flatMap((name) => [
    [name, name],
    [name.replaceAll("_", ""), name],
  ]),
);

/** Whether a name in an expression is that of a helper, offered or refused. */
export const isHelperName = (name: string): boolean => byName.has(name) || refusedByName.has(name);

/** @throws RefusedHelper for one that is not offered */
export const findHelper = (name: string): NamedHelper => {
  const found = byName.get(name);
  if (found !== undefined) return found;
  const refused = refusedByName.get(name) ?? name;
  throw new RefusedHelper(refused, refusedHelpers[refused]?.reason ?? "it is not known");
};

/** How a helper is called and what it is for, or why it is not offered. */
export interface HelperDescription {
  readonly supported: boolean;
  readonly signature: string;
  readonly note: string;
}

const described = ([name, { note, signature }]: readonly [string, Helper]): readonly [string, HelperDescription] => [
  name,
  { supported: true, note, signature },
];

/** Every helper by name, for documentation. */
export const dslHelpers: Readonly<Record<string, HelperDescription>> = {
  ...Object.fromEntries(Object.entries(helpers).map(described)),
  ...Object.fromEntries(
    Object.entries(refusedHelpers).map(([name, { reason, signature }]): [string, HelperDescription] => [
      name,
      { supported: false, note: reason, signature },
    ]),
  ),
};
