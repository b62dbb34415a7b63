import { givenTargets, listedTargets, type ListedTarget } from "../../calls/target-list.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { TargetFlags } from "./target-flags.ts";

/** Why there is nothing to do although targets were asked for. */
export const emptyLists = "no target: the lists are empty";

/** @throws UsageError when no target was asked for */
export const checkTargetFlags = ({ target = [], list = [] }: TargetFlags): void => {
  if (target.length === 0 && list.length === 0) {
    throw new UsageError("no target: give --target URL or -l FILE");
  }
  if (list.filter((name) => name === "-").length > 1)
    throw new UsageError("-l - is given twice: standard input can be read once");
};

/** All targets asked for, in the order given: first the flags, then the lists, which are read as the targets are taken. */
export async function* targetsOf(
  { target = [], list = [] }: TargetFlags,
  signal: AbortSignal,
): AsyncGenerator<ListedTarget> {
  yield* givenTargets(target);
  for (const name of list) yield* listedTargets(name, signal);
}
