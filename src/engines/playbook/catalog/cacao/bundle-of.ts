import { bundleText, cacaoBounds, callKey } from "../../cacao/index.ts";
import { playbookBounds, type PlaybookVersion, playbookVersionOf } from "../../playbook.ts";
import type { CatalogProblem } from "../catalog.ts";
import type { CalledPlaybooks } from "./called-playbooks.ts";
import type { FoundCacao } from "./found-cacao.ts";

/** Makes one version of a playbook and of all that it calls, directly and not: the same on every node that has the same files. */
export const bundleOf = (main: FoundCacao, all: CalledPlaybooks): PlaybookVersion | readonly CatalogProblem[] => {
  const called: FoundCacao[] = [];
  const calls: Record<string, number> = {};
  const problems: CatalogProblem[] = [];
  const open: FoundCacao[] = [main];
  for (let caller = open.pop(); caller !== undefined; caller = open.pop()) {
    for (const { id: step, playbook, version } of playbookActions(caller)) {
      const key = callKey(playbook, version);
      if (Object.hasOwn(calls, key)) continue;
      const callee = all.find(playbook, version);
      if (typeof callee === "string") {
        problems.push(problemOf(main, caller, step, callee));
        continue;
      }
      if (!called.includes(callee)) {
        called.push(callee);
        open.push(callee);
      }
      calls[key] = called.indexOf(callee);
    }
    if (called.length > cacaoBounds.references) {
      const message = `calls more than ${cacaoBounds.references} playbooks, with those that they call`;
      return [{ file: main.file, at: "", message }];
    }
  }
  if (problems.length > 0) return problems;
  const code = bundleText({ main: main.raw, called: called.map(({ raw }) => raw), calls });
  if (Buffer.byteLength(code) > playbookBounds.codeBytes) {
    const message = `is larger than ${playbookBounds.codeBytes} bytes with all that it calls`;
    return [{ file: main.file, at: "", message }];
  }
  return { id: main.id, version: playbookVersionOf("cacao", code), kind: "cacao", code };
};

const playbookActions = ({ playbook }: FoundCacao) =>
  [...playbook.steps.values()].filter((step) => step.type === "playbook-action");

const problemOf = (main: FoundCacao, caller: FoundCacao, step: string, message: string): CatalogProblem => {
  const at = `workflow.${step}.playbook_id`;
  return caller === main
    ? { file: main.file, at, message }
    : { file: main.file, at: "", message: `calls what is in ${caller.file}, which at ${at} ${message}` };
};
