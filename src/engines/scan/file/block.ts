import { compileOperators } from "../operators/compile.ts";
import type { Block } from "../template/block.ts";
import type { BlockContext } from "../template/block-context.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import { FileChoice } from "./choice.ts";
import { fileLimits } from "./limits.ts";
import type { FilePlan } from "./plan.ts";
import { runFiles } from "./run-files.ts";
import { parseSize } from "./size-text.ts";

/** Compiles one entry of `file`, or reports why it cannot be run. */
export const compileFileBlock = (section: Section, context: BlockContext): Block => {
  refuseOtherKeys(section, "file");
  const operators = compileOperators(section, context.limits);
  if (operators.matchers.length + operators.extractors.length === 0) {
    section.complain("invalid", "", "needs a matcher or an extractor");
  }
  const plan: FilePlan = {
    choice: new FileChoice(section),
    maxBytes: readMaxSize(section),
    archives: section.boolean("archive"),
    recursive: !section.boolean("no-recursive"),
    byLine: !needsWholeFile(section),
  };
  return {
    protocol: "file",
    id: section.string("id") || undefined,
    operators,
    // How many files there are is known only at the folder.
    requests: 0,
    stopAtFirstMatch: false,
    clusterKey: undefined,
    run: (run) => runFiles(plan, run),
  };
};

const readMaxSize = (section: Section): number => {
  const given = (section.string("max-size") ?? "").trim();
  if (given === "" || given === "no") return fileLimits.fileBytes;
  const size = parseSize(given);
  if (size === undefined) section.complain("invalid", "max-size", `"${given}" is no size such as 5Mb`);
  return Math.min(size ?? fileLimits.fileBytes, fileLimits.fileBytes);
};

/** What has to hold together may stand in different lines. */
const needsWholeFile = (section: Section): boolean => {
  const isAnd = (value: unknown): boolean => typeof value === "string" && value.trim().toLowerCase() === "and";
  const matchers = section.json("matchers");
  return (
    isAnd(section.json("matchers-condition")) ||
    (Array.isArray(matchers) &&
      matchers.some((matcher: unknown) => isAnd((matcher as { readonly condition?: unknown } | null)?.condition)))
  );
};
