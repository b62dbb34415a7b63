export { type FlowEnd, type FlowHost, FlowRunner, type FlowRunnerSetup, type StartFlowThread } from "./flow-runner.ts";
export type { FlowAnswer, FlowCall } from "./protocol.ts";
export { type FlowScript, readFlow } from "./script.ts";
export { serveFlows } from "./serve-flows.ts";
