import { prepareCommand } from "../../../src/engines/playbook/cacao/commands/prepare-command.ts";
import { readBundle } from "../../../src/engines/playbook/cacao/bundle/read-bundle.ts";
import { readPlaybook } from "../../../src/engines/playbook/cacao/read/read-playbook.ts";
import type { TrustedKey } from "../../../src/engines/playbook/cacao/signature/trusted-key.ts";
import { verifySignatures } from "../../../src/engines/playbook/cacao/signature/verify-signatures.ts";
import type { PrepareCommand } from "../../../src/engines/playbook/cacao/run/prepare.ts";
import { bundleOf } from "../../../src/engines/playbook/catalog/cacao/bundle-of.ts";
import { CalledPlaybooks } from "../../../src/engines/playbook/catalog/cacao/called-playbooks.ts";
import type { FoundCacao } from "../../../src/engines/playbook/catalog/cacao/found-cacao.ts";
import { scriptedPrepare } from "../cacao/scripted-prepare.ts";
import { CacaoTestRun } from "../cacao-runs.ts";
import type { Entry, KeyCase } from "./key-case.ts";

const foundOf = (raw: Entry, at: number): FoundCacao | undefined => {
  const reading = readPlaybook(raw);
  if (reading.status !== "supported") return undefined;
  return { kind: "cacao", file: `${at}.json`, id: String(at), raw, playbook: reading.playbook };
};

/**
 * All that can be told from outside of a playbook, as text: what the reader says of it, its markings and signatures, each command as it is
 * executed, with what is withheld, how the run ends and how long it takes.
 */
export const observed = async (
  files: readonly Entry[],
  { run }: KeyCase,
  trusted: readonly TrustedKey[],
): Promise<string> => {
  const [main] = files;
  const signatures = verifySignatures(main, trusted, Date.parse("2026-06-01T00:00:00Z"));
  const { status, ...reading } = readPlaybook(main);
  if (!("playbook" in reading)) return JSON.stringify({ status, ...reading, signatures });
  const found = files.flatMap((raw, at) => foundOf(raw, at) ?? []);
  const [caller] = found;
  if (caller === undefined) throw new Error("a playbook that was read is not found");
  const bundle = bundleOf(caller, new CalledPlaybooks(found.slice(1), []));
  const about = { status, warnings: reading.warnings, markings: reading.playbook.markings, signatures };
  if (!("code" in bundle)) return JSON.stringify({ ...about, status: "not bundled", problems: bundle });

  const calls: unknown[] = [];
  const prepare: PrepareCommand = (command, place) => {
    const call = prepareCommand(command, place);
    calls.push(call);
    return { ...scriptedPrepare(command, place), by: call.by, idempotent: call.idempotent };
  };
  const tested = new CacaoTestRun({ bundle: readBundle(bundle.code), prepare, ...run });
  const beganMs = tested.clock.monotonicMs();
  const end = await tested.finish();
  const { executed, lines } = tested;
  return JSON.stringify({ ...about, calls, executed, lines, end, ms: tested.clock.monotonicMs() - beganMs });
};
