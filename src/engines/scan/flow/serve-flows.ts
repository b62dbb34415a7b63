import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { getQuickJS, type QuickJSContext, type QuickJSWASMModule } from "quickjs-emscripten";
import { asError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import { prelude } from "./prelude.ts";
import { readCall } from "./read-call.ts";
import type { FlowAnswer, FlowCall, FlowEnded, FlowMessage, FlowOrder } from "./protocol.ts";

/** Runs one script after the other, each in a world of its own without anything of this machine in it. */
export const serveFlows = async (port: MessagePort, clock: Clock): Promise<void> => {
  const quickjs = await getQuickJS();
  const post = (message: FlowMessage): void => port.postMessage(message);
  port.on("message", (order: FlowOrder) => post({ ended: runScript(quickjs, order, port, clock) }));
};

const runScript = (
  quickjs: QuickJSWASMModule,
  { source, protocols, limits, answers }: FlowOrder,
  port: MessagePort,
  clock: Clock,
): FlowEnded => {
  const posted = new Int32Array(answers);
  let taken = 0;
  let calls = 0;
  let waitedMs = 0;
  const startedMs = clock.monotonicMs();
  const isOverTime = (): boolean => clock.monotonicMs() - startedMs - waitedMs > limits.scriptMs;

  /** The other thread works on the call; this one sleeps until it has posted the answer. */
  const ask = (call: FlowCall): FlowAnswer => {
    calls += 1;
    if (calls > limits.calls) return { error: `the flow makes more than ${limits.calls} calls` };
    const askedMs = clock.monotonicMs();
    port.postMessage({ call } satisfies FlowMessage);
    Atomics.wait(posted, 0, taken);
    taken += 1;
    waitedMs += clock.monotonicMs() - askedMs;
    const received = receiveMessageOnPort(port) as { readonly message: FlowAnswer } | undefined;
    return received?.message ?? { error: "the run has ended" };
  };

  try {
    const runtime = quickjs.newRuntime();
    runtime.setMemoryLimit(limits.memoryBytes);
    runtime.setMaxStackSize(limits.stackBytes);
    runtime.setInterruptHandler(isOverTime);
    const context = runtime.newContext();
    const error = run(context, source, protocols, ask);
    context.dispose();
    runtime.dispose();
    return { error, broken: false };
  } catch (thrown) {
    // Not the script's error but that of what runs it: nothing is known of its state.
    return { error: asError(thrown).message, broken: true };
  }
};

const run = (
  context: QuickJSContext,
  source: string,
  protocols: readonly string[],
  ask: (call: FlowCall) => FlowAnswer,
): string | undefined => {
  const host = context.newFunction("host", (text) => {
    const call = readCall(context.getString(text));
    const answer: FlowAnswer = call === undefined ? { error: "the flow asks for what there is not" } : ask(call);
    return context.newString(JSON.stringify(answer));
  });
  context.setProp(context.global, "host", host);
  host.dispose();
  return (
    evaluate(context, `globalThis.protocols = ${JSON.stringify(protocols)};\n${prelude}`, "prelude") ??
    evaluate(context, source, "flow")
  );
};

/** What went wrong, or undefined. */
const evaluate = (context: QuickJSContext, source: string, name: string): string | undefined => {
  const result = context.evalCode(source, name);
  if (result.error === undefined) {
    result.value.dispose();
    return undefined;
  }
  const thrown: unknown = context.dump(result.error);
  result.error.dispose();
  return describe(thrown);
};

const describe = (thrown: unknown): string => {
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown)) return String(thrown);
  const name = "name" in thrown ? `${String(thrown.name)}: ` : "";
  return `${name}${String(thrown.message)}`;
};
