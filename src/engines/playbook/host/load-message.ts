import type { ExecutedBy } from "../journal.ts";
import type { PlaybookVersion } from "../playbook.ts";
import type { ToChild } from "../protocol/messages.ts";
import type { RunWork } from "../runner.ts";
import { type CacaoLimits, cacaoSettingsOf } from "./cacao-settings.ts";
import { type PlaybookSecrets, secretsOf } from "./secrets.ts";
import type { ChildLimits } from "./settings.ts";

/** What of a node's settings concerns the playbook of a run. */
export interface LoadSettings {
  readonly limits: Pick<ChildLimits, "maxThreads" | "actionTimeoutMs">;
  readonly secrets: PlaybookSecrets;
  readonly egress: readonly string[];
  readonly cacao: CacaoLimits;
}

/** Who may execute the steps of a playbook: what a module says is what its author says. */
export const executorsOf: Readonly<Record<PlaybookVersion["kind"], readonly ExecutedBy[]>> = {
  module: ["thread"],
  cacao: ["thread", "node", "person", "timer"],
};

/** @param file where its process reads the code of the playbook */
export const loadMessage = (work: RunWork, file: string, { limits, secrets, egress, cacao }: LoadSettings): ToChild => {
  const { runId, playbook, event, startedAtMs, variables, journal } = work;
  const { id, version, kind } = playbook;
  const { maxThreads, actionTimeoutMs } = limits;
  return {
    type: "load",
    runId,
    playbook: { id, version, kind, file },
    event,
    startedAtMs,
    variables,
    journal,
    secrets: secretsOf(secrets, id),
    egress,
    maxThreads,
    actionTimeoutMs,
    cacao: cacaoSettingsOf(cacao, id),
  };
};
