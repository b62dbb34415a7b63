import assert from "node:assert/strict";
import { seededRandom } from "../../../src/base/random.ts";
import { failureOf, valuesOf, type CacaoTestRun, type ExecutionEnd } from "../cacao-runs.ts";
import { bare, commandsOf, inOrder, literalCommands, literalRun, realRun } from "./compared-run.ts";
import type { LiteralRun } from "./literal-run.ts";
import type { Plan } from "./plan.ts";
import { writtenPlan } from "./written-plan.ts";

/** What a comparison came to, so that a test can tell whether it compared anything. */
export interface Compared {
  readonly commands: number;
  readonly failed: boolean;
}

/** The steps whose failure the message has to tell, or the variables. */
const checkEnd = (end: ExecutionEnd, { failed, variables }: LiteralRun): void => {
  if (failed.length === 0) return assert.deepEqual(valuesOf(end), variables);
  const message = failureOf(end);
  for (const step of failed) assert.ok(message.includes(`"${step}"`), `does not name ${step}: ${message}`);
};

/**
 * Executes a plan by both interpreters. The same commands have to begin at the same times and to end in the same way, with the same end of
 * the run.
 *
 * @returns undefined when the standard does not say how it ends: two things happen at the same time
 */
export const checkPlan = async (plan: Plan, seed: number): Promise<Compared | undefined> => {
  const playbooks = writtenPlan(plan, "any");
  const literal = await literalRun(playbooks, seed);
  if (literal.hadTie) return undefined;
  const run = realRun(playbooks, seed);
  const startedAtMs = run.clock.wallMs();
  const end = await run.finish();
  assert.deepEqual(inOrder(commandsOf(run.journal, startedAtMs)), inOrder(literalCommands(literal)));
  checkEnd(end, literal);
  return { commands: literal.commands.length, failed: literal.failed.length > 0 };
};

/** Each command that the literal interpreter executed after others is kept after their ends, and there are no other commands. */
const checkOrder = (run: CacaoTestRun, { commands }: LiteralRun): void => {
  const keyOf = keys();
  const literal = commands.map((command) => ({ ...command, key: keyOf(bare(command.text), command.target) }));
  const realKey = keys();
  const kept = new Map(
    run.journal.flatMap((step) => {
      if (step.by === "timer") return [];
      const { text, target } = step.input as { readonly text: string; readonly target: string | null };
      return [[realKey(bare(text), target), step] as const];
    }),
  );
  assert.deepEqual([...kept.keys()].toSorted(), literal.map(({ key }) => key).toSorted());
  for (const { key, past } of literal) {
    for (const place of past) {
      const before = literal[place]?.key ?? "";
      const { start } = run.when(kept.get(key)?.n ?? 0);
      const { end } = run.when(kept.get(before)?.n ?? 0);
      assert.ok(end !== undefined && end < start, `${key} began before ${before} had ended`);
    }
  }
};

/** Names executions of the same command by their number: those of one command follow each other. */
const keys = (): ((text: string, target: string | null) => string) => {
  const counts = new Map<string, number>();
  return (text, target) => {
    const command = `${text}@${target ?? ""}`;
    const count = (counts.get(command) ?? 0) + 1;
    counts.set(command, count);
    return `${command}#${count}`;
  };
};

/**
 * Executes a plan whose result no times decide by both interpreters, the real one with kills: what is not kept is lost, and it goes on with
 * the journal. The same commands have to be kept in an order that the literal interpreter permits, each with one end, with the same end of
 * the run; no command is executed again whose end is kept, nor one that may not be repeated.
 *
 * @param kills parts of 1,000 of all moments at which it can be killed
 */
export const checkKilledPlan = async (plan: Plan, seed: number, kills: readonly number[]): Promise<Compared> => {
  const playbooks = writtenPlan(plan, "confluent");
  const literal = await literalRun(playbooks, seed);
  const uninterrupted = realRun(playbooks, seed);
  await uninterrupted.finish();
  const moments = kills.map((kill) => 1 + Math.floor((kill * uninterrupted.moments) / 1_000));
  const run = realRun(playbooks, seed, { random: seededRandom(seed) });
  checkEnd(await run.finish(new Set(moments)), literal);
  checkOrder(run, literal);
  for (const { n, by, idempotent, end } of run.journal) {
    assert.ok(end !== undefined, `step ${n} has no end`);
    if (by !== "timer" && !idempotent) assert.ok((run.times.get(n) ?? 0) <= 1, `step ${n} had its effect twice`);
  }
  return { commands: literal.commands.length, failed: literal.failed.length > 0 };
};
