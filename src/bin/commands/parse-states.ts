import { InvalidArgumentError } from "commander";
import { commaList } from "../process/parse-flags.ts";

/** Gathers the values of a flag that takes some of these states, comma-separated, and may be given more than once. */
export const parseStates =
  <State extends string>(states: readonly State[]) =>
  (text: string, before: readonly State[] = []): readonly State[] => [
    ...before,
    ...commaList(text).map((entry) => {
      const state = states.find((known) => known === entry);
      if (state === undefined) throw new InvalidArgumentError(`Use some of ${states.join(", ")}, not "${entry}".`);
      return state;
    }),
  ];
