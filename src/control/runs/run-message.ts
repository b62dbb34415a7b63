import type { Answer, RunQuestion, RunView, StepQuestion, StepView } from "../../actors/respond/index.ts";
import type { Run, RunAsk, Step, StepAnswer } from "../../wire/index.ts";

/** A run as it is sent. */
export const runMessage = (view: RunView): Run => ({
  id: view.id,
  state: view.state,
  event: view.event,
  playbook: view.playbook.id,
  version: view.playbook.version,
  ...(view.binding === undefined ? {} : { binding: view.binding }),
  priority: view.priority,
  createdAtMs: Math.round(view.createdAtMs),
  ...(view.startedAtMs === undefined ? {} : { startedAtMs: Math.round(view.startedAtMs) }),
  ...(view.endedAtMs === undefined ? {} : { endedAtMs: Math.round(view.endedAtMs) }),
  ...(view.node === undefined ? {} : { node: view.node }),
  executions: view.executions,
  steps: view.steps,
  ...(view.output === undefined ? {} : { output: view.output }),
  ...(view.failure === undefined ? {} : { failure: view.failure }),
  ...(view.filter === undefined ? {} : { filter: view.filter }),
  ...(view.question === undefined ? {} : { question: questionMessage(view.question) }),
  ...(view.untilMs === undefined ? {} : { waitsUntilMs: Math.round(view.untilMs) }),
  ...(view.retryOf === undefined ? {} : { retryOf: view.retryOf }),
  log: view.log.map(({ atMs, level, text }) => ({ atMs: Math.round(atMs), level, text })),
});

const questionMessage = ({ steps, text, asks }: RunQuestion): NonNullable<Run["question"]> => ({
  steps: [...steps],
  text,
  asks: asks.map(askMessage),
});

const askMessage = ({ step, kind, text, inArgs, outArgs }: StepQuestion): RunAsk => ({
  step,
  kind,
  text,
  inArgs: Object.entries(inArgs).map(([name, value]) => (value === null ? { name } : { name, value })),
  outArgs: outArgs.map(({ name, type, description }) => ({
    name,
    type,
    ...(description === undefined ? {} : { description }),
  })),
});

/** A step as it is sent. */
export const stepMessage = (view: StepView): Step => ({
  n: view.n,
  name: view.name,
  by: view.by,
  state: view.state,
  idempotent: view.idempotent,
  input: view.input,
  startedAtMs: Math.round(view.startedAtMs),
  ...(view.endedAtMs === undefined ? {} : { endedAtMs: Math.round(view.endedAtMs) }),
  executions: view.executions,
  ...(view.output === undefined ? {} : { output: view.output }),
  ...(view.error === undefined ? {} : { failure: view.error }),
});

/** What a person said of a step. */
export const answerOf = (answer: StepAnswer): Answer => {
  const { step } = answer;
  if ("done" in answer) return { step, outcome: "done", output: answer.done };
  if ("failed" in answer) return { step, outcome: "failed", message: answer.failed };
  return { step, outcome: "repeat" };
};
