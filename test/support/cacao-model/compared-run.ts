import { createHash } from "node:crypto";
import type { JournaledStep, StepResult } from "../../../src/engines/playbook/journal.ts";
import { type Answer, bundleOf, CacaoTestRun, fails, gives, type ScriptedStep } from "../cacao-runs.ts";
import { executeLiterally } from "./literal-interpreter.ts";
import type { LiteralRun } from "./literal-run.ts";
import type { WrittenPlan } from "./written-plan.ts";

/** A command as both interpreters execute it. */
export interface ComparedCommand {
  readonly text: string;
  readonly target: string | null;
  /** Since the run began. */
  readonly atMs: number;
  readonly state: "done" | "failed" | "aborted";
}

/** No command takes longer, and none of a thread may. */
const longestMs = 50_000;
const values = ["a", "b", "c", "7"] as const;

/** A command without what only HTTP has. */
export const bare = (text: string): string => text.replace(/^(?:GET|POST) \/?/, "").replace(/ HTTP\/1\.1$/, "");

/** What a command answers: it follows from its text, its target and the seed, however often it is executed. */
const oracleOf =
  (seed: number) =>
  (text: string, target: string | null): { readonly ms: number; readonly answer: string | null } => {
    const [, kind = "", counted] = /^s\d+-(count|\d-\w+)\/(\d+)?/.exec(bare(text)) ?? [];
    const hash = createHash("sha256")
      .update(`${seed} ${bare(text)} ${target}`)
      .digest();
    const ms = 1 + (hash.readUInt32BE(0) % longestMs);
    if (kind === "count") return { ms, answer: String(Number(counted) + 1) };
    if (kind.endsWith("hangs")) return { ms: Infinity, answer: null };
    if (kind.endsWith("fails") || (kind.endsWith("one") && target === "one")) return { ms, answer: null };
    return { ms, answer: values[hash.readUInt8(4) % values.length] ?? "a" };
  };

/** A run of the literal interpreter. */
export const literalRun = ([main, ...called]: WrittenPlan, seed: number): Promise<LiteralRun> =>
  executeLiterally(main, called, oracleOf(seed));

/** A run of the real interpreter that answers the same. */
export const realRun = (
  playbooks: WrittenPlan,
  seed: number,
  options: Partial<ConstructorParameters<typeof CacaoTestRun>[0]> = {},
): CacaoTestRun => {
  const oracle = oracleOf(seed);
  const outputs = new Map(
    playbooks.flatMap(({ workflow }) => Object.values(workflow).map(({ name, out_args }) => [name, out_args ?? []])),
  );
  const script = ({ name, step, text, target }: ScriptedStep): Answer => {
    const { ms, answer } = oracle(text, target);
    if (ms === Infinity) return "open";
    // A person gives values by name.
    const given = name === "manual" ? (outputs.get(step) ?? []).map((output) => [output, answer] as const) : [];
    return { afterMs: ms, result: answer === null ? fails() : gives(answer, Object.fromEntries(given)) };
  };
  return new CacaoTestRun({ bundle: bundleOf(...playbooks), script, ...options });
};

const stateOf = (result: StepResult | undefined): ComparedCommand["state"] => {
  if (result === undefined) throw new Error("a step has no end");
  if (result.state === "done") return "done";
  return result.error.code === "aborted" ? "aborted" : "failed";
};

/** The commands that are kept in a journal, in the order of their starts. */
export const commandsOf = (journal: readonly JournaledStep[], startedAtMs: number): readonly ComparedCommand[] =>
  journal.flatMap(({ by, input, startedAtMs: atMs, end }) => {
    if (by === "timer") return [];
    const { text, target } = input as { readonly text: string; readonly target: string | null };
    return [{ text: bare(text), target, atMs: atMs - startedAtMs, state: stateOf(end?.result) }];
  });

/** The commands of a literal run, in the same form. */
export const literalCommands = ({ commands }: LiteralRun): readonly ComparedCommand[] =>
  commands.map(({ text, target, atMs, state }) => ({ text: bare(text), target, atMs, state }));

/** Commands that begin at the same time in one order. */
export const inOrder = (commands: readonly ComparedCommand[]): readonly ComparedCommand[] =>
  commands.toSorted(
    (a, b) => a.atMs - b.atMs || a.text.localeCompare(b.text) || (a.target ?? "").localeCompare(b.target ?? ""),
  );
