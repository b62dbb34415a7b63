import type { DetectorAnswer, TaskType } from "../../../../engines/malware/index.ts";
import type { HeldExecution } from "./held-execution.ts";
import type { TaskClaim } from "../../centre-port.ts";
import { executionKey } from "../execution.ts";
import type { HeldClaim } from "./held-claim.ts";

/** The executions of one task on this host. */
interface HeldTask {
  readonly open: Set<HeldExecution>;
  /** Wait until the others have ended: the centre gets one summary (RELAY-20). */
  readonly answers: { readonly held: HeldClaim; readonly answer: DetectorAnswer }[];
}

export type TaskAnswers = HeldTask["answers"];

/** Tasks whose detectors are remembered. */
const mostRemembered = 10_000;

/** The tasks that this host has a share of. */
export class HeldTasks {
  readonly #executions = new Map<string, HeldExecution>();
  readonly #tasks = new Map<string, HeldTask>();
  /** Who has answered which execution of a task: another one is for others. The latest tasks only. */
  readonly #answered = new Map<string, Map<string, string>>();

  get tasks(): number {
    return this.#tasks.size;
  }

  get executions(): number {
    return this.#executions.size;
  }

  all(): IterableIterator<HeldExecution> {
    return this.#executions.values();
  }

  get(key: string): HeldExecution | undefined {
    return this.#executions.get(key);
  }

  add(execution: HeldExecution): void {
    const { taskId } = execution.task;
    this.#executions.set(execution.key, execution);
    const task = this.#tasks.get(taskId) ?? { open: new Set(), answers: [] };
    this.#tasks.set(taskId, task);
    task.open.add(execution);
  }

  of(detector: string): readonly HeldExecution[] {
    return [...this.#executions.values()].filter((execution) => execution.detector === detector);
  }

  /** Executions of a type that a detector was assigned and has not claimed yet. */
  undelivered(detector: string, taskType: TaskType): number {
    return this.of(detector).filter(
      ({ task, deliveredAtMs }) => task.taskType === taskType && deliveredAtMs === undefined,
    ).length;
  }

  /** A detector does one execution of a task only. */
  hasShare(taskId: string, detector: string): boolean {
    for (const other of this.#answered.get(taskId)?.values() ?? []) if (other === detector) return true;
    for (const execution of this.#tasks.get(taskId)?.open ?? []) if (execution.detector === detector) return true;
    return false;
  }

  /** Ends an execution with an answer. @returns the answers of its task, if that was the last one here */
  answer(execution: HeldExecution, answer: DetectorAnswer): TaskAnswers {
    const { taskId } = execution.task;
    const answered = this.#answered.get(taskId) ?? new Map<string, string>();
    this.#answered.delete(taskId);
    this.#answered.set(taskId, answered.set(execution.key, answer.detector));
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > mostRemembered && oldest !== undefined) this.#answered.delete(oldest);
    this.#tasks.get(taskId)?.answers.push({ held: execution.held, answer });
    return this.end(execution);
  }

  /** Ends an execution without one. @returns the answers of its task, if that was the last one here */
  end(execution: HeldExecution): TaskAnswers {
    const { taskId } = execution.task;
    this.#executions.delete(execution.key);
    const task = this.#tasks.get(taskId);
    task?.open.delete(execution);
    if (task === undefined || task.open.size > 0) return [];
    this.#tasks.delete(taskId);
    return task.answers;
  }

  /** The answer to this claim, if there was one, did not count: its detector may have the task again. */
  forgetAnswer(claim: TaskClaim): void {
    this.#answered.get(claim.taskId)?.delete(executionKey(claim));
  }

  /** Claims of executions, and of answers that wait for others. */
  *claims(): Generator<HeldClaim> {
    for (const { held } of this.#executions.values()) yield held;
    for (const { answers } of this.#tasks.values()) for (const { held } of answers) yield held;
  }
}
