import { type LiteralPlaybook, type LiteralStep, type LiteralVariable, targetsOf } from "./literal-playbook.ts";
import type { LiteralCommand, LiteralRun, Oracle } from "./literal-run.ts";
import { assign, filled, holds, type Scope, scopeOf, StepFailure, valueOf } from "./literal-variables.ts";
import { Cancel, Cancelled, VirtualTime } from "./virtual-time.ts";

interface Frame {
  readonly playbook: LiteralPlaybook;
  readonly scope: Scope;
  readonly cancel: Cancel;
  readonly past: Set<number>;
}

/** Names of the steps that failed. */
const stepsOf = (thrown: unknown): readonly string[] => {
  if (thrown instanceof StepFailure) return thrown.message.split(" ");
  throw thrown;
};

/** Executes a playbook as the standard says it, word by word, and as the decisions on it do: nothing is kept, nothing is aborted halfway. */
export const executeLiterally = async (
  main: LiteralPlaybook,
  called: readonly LiteralPlaybook[],
  oracle: Oracle,
): Promise<LiteralRun> => {
  const time = new VirtualTime();
  const commands: LiteralCommand[] = [];
  const command = async (text: string, target: string | null, { cancel, past }: Frame): Promise<string | null> => {
    const { ms, answer } = oracle(text, target);
    const executed: LiteralCommand = { text, target, atMs: time.nowMs, state: "aborted", past: [...past] };
    past.add(commands.push(executed) - 1);
    await time.wait(ms, cancel);
    executed.state = answer === null ? "failed" : "done";
    return answer;
  };

  /** Does things beside each other; all are awaited, and what had to end before is what had to end before each of them. */
  const beside = async (frame: Frame, works: readonly ((past: Set<number>) => Promise<void>)[]): Promise<void> => {
    const pasts = works.map(() => new Set(frame.past));
    await Promise.all(works.map(async (work, at) => work(pasts[at] ?? new Set())));
    for (const past of pasts) for (const place of past) frame.past.add(place);
  };

  const action = async (step: LiteralStep, frame: Frame): Promise<void> => {
    const isOnce = step.commands.some(({ type }) => type === "bash" || type === "manual");
    const targets = isOnce ? [null] : targetsOf(step, frame.playbook);
    const answers = new Map<string | null, string | null>();
    await beside(
      frame,
      targets.map((target) => async (past) => {
        for (const { command: text } of step.commands) {
          if (answers.get(target) === null) return;
          answers.set(target, await command(filled(text, frame.scope), target, { ...frame, past }).catch(() => null));
        }
      }),
    );
    if (frame.cancel.isCancelled) throw new Cancelled();
    const values = targets.flatMap((target) => answers.get(target) ?? []);
    if (values.length < targets.length) throw new StepFailure(step.name);
    for (const name of step.out_args ?? []) assign(frame.scope, name, values.at(-1) ?? "", step);
  };

  const playbook = async (
    its: LiteralPlaybook,
    outer: Omit<Frame, "playbook" | "scope">,
    variables: Map<string, LiteralVariable>,
  ): Promise<void> => {
    const frame = { ...outer, playbook: its, scope: [variables] };
    try {
      await chain(its.workflow_start, frame);
    } catch (thrown) {
      if (!(thrown instanceof StepFailure) || its.workflow_exception === undefined) throw thrown;
      await chain(its.workflow_exception, frame).catch((second: unknown) => {
        throw second instanceof StepFailure ? new StepFailure(`${thrown.message} ${second.message}`) : second;
      });
      throw thrown;
    }
  };

  const call = async (step: LiteralStep, frame: Frame): Promise<void> => {
    const its = called.find(({ id }) => id === step.playbook_id);
    if (its === undefined) throw new StepFailure(step.name);
    const variables = scopeOf(its.playbook_variables);
    for (const [name, variable] of variables) {
      if (variable.external && step.in_args?.includes(name))
        variables.set(name, { ...variable, value: valueOf(frame.scope, name) });
    }
    await playbook(its, frame, variables);
    for (const name of step.out_args ?? []) assign(frame.scope, name, valueOf([variables], name), step);
  };

  const parallel = async (step: LiteralStep, frame: Frame): Promise<void> => {
    const cancel = frame.cancel.inner();
    const failures: unknown[] = [];
    await beside(
      frame,
      step.next_steps.map(
        (first) => (past) =>
          chain(first, { ...frame, cancel, past }).catch((thrown: unknown) => {
            if (!(thrown instanceof Cancelled)) failures.push(thrown);
            cancel.cancel();
          }),
      ),
    );
    if (frame.cancel.isCancelled) throw new Cancelled();
    if (failures.length > 0) throw failures[0];
  };

  const execute = async (step: LiteralStep, frame: Frame): Promise<void> => {
    const branch = async (first: string | undefined): Promise<void> =>
      first === undefined ? undefined : chain(first, frame);
    if (step.type === "action") await action(step, frame);
    if (step.type === "playbook-action") await call(step, frame);
    if (step.type === "parallel") await parallel(step, frame);
    if (step.type === "if-condition") await branch(holds(step.condition, frame.scope) ? step.on_true : step.on_false);
    if (step.type === "switch-condition")
      await branch(step.cases[valueOf(frame.scope, step.switch.split(":")[0] ?? "")] ?? step.cases["default"]);
    while (step.type === "while-condition" && holds(step.condition, frame.scope)) await branch(step.on_true);
  };

  const timed = async (step: LiteralStep, outer: Frame): Promise<void> => {
    if (step.delay !== undefined) await time.wait(step.delay, outer.cancel);
    const frame = { ...outer, scope: [scopeOf(step.step_variables), ...outer.scope], cancel: outer.cancel.inner() };
    const timer = outer.cancel.inner();
    const over = time.wait(step.timeout ?? Infinity, timer).then(() => frame.cancel.cancel());
    void over.catch(() => undefined);
    await execute(step, frame).finally(() => timer.cancel());
    if (frame.cancel.isCancelled) throw new Cancelled();
  };

  const chain = async (first: string, frame: Frame): Promise<void> => {
    for (let next: string | undefined = first; next !== undefined;) {
      const step: LiteralStep | undefined = frame.playbook.workflow[next];
      if (step === undefined) throw new Error(`there is no step ${next}`);
      try {
        await timed(step, frame);
        next = step.on_success ?? step.on_completion;
      } catch (thrown) {
        if (frame.cancel.isCancelled || step.on_failure === undefined)
          throw thrown instanceof Cancelled && !frame.cancel.isCancelled ? new StepFailure(step.name) : thrown;
        next = step.on_failure;
      }
    }
  };

  const variables = scopeOf(main.playbook_variables);
  const ended = playbook(main, { cancel: new Cancel(), past: new Set() }, variables).then(() => []);
  const failed = await time.run(ended.catch(stepsOf));
  const values = Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
  return { commands, variables: values, failed, hadTie: time.hadTie };
};
