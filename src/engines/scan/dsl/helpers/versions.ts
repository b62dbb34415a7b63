import { DslError } from "../error.ts";
import { parseConstraint, parseVersion } from "../go/version.ts";
import type { Helper } from "./helper.ts";

/** Helpers that compare versions. */
export const versionHelpers: Readonly<Record<string, Helper>> = {
  compare_versions: {
    signature: "(version, constraints ...string) bool",
    note: "whether a version fits all constraints: = != > < >= <= ~>, several also separated by commas",
    arity: [2, 255],
    run: (args) => {
      const version = parseVersion(args.text(0));
      if (version === undefined) throw new DslError("wrong-argument", "argument 1 is no version");
      const constraints = args
        .textsFrom(1)
        .flatMap((text) => text.split(","))
        .map(parseConstraint);
      if (constraints.includes(undefined)) throw new DslError("wrong-argument", "a constraint cannot be read");
      return constraints.every((fits) => fits?.(version) === true);
    },
  },
};
