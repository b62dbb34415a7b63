import { playbookOf } from "../../support/cacao/playbook-source.ts";
import { effect } from "./cacao/effects.ts";

/** How actions tell the test's server who they are. */
const call = `
const call = (method, input, { idempotencyKey, runId, signal }) =>
  fetch(input.url + "/later/" + method, {
    method,
    body: method === "GET" ? undefined : "x",
    headers: {
      "idempotency-key": idempotencyKey, "x-run": runId, "x-stage": String(input.stage), "x-part": String(input.part),
      "x-process": String(process.pid) },
    signal,
  }).then((response) => response.text());
`;

/**
 * Stages one after the other, each of an order that must not be made twice and two puts that may be. The event's data has the server's
 * \`url\` and the number of \`stages\`.
 */
export const orders = `${call}
export const actions = {
  order: (input, context) => call("POST", input, context),
  put: { idempotent: true, run: (input, context) => call("PUT", input, context) },
};
export const onStart = async (event, run) => {
  const { url, stages } = event.data;
  for (let stage = 1; stage <= stages; stage += 1) {
    await run.all([
      run.act("put", { url, stage, part: 1 }),
      run.act("order", { url, stage, part: 0 }),
      run.act("put", { url, stage, part: 2 }),
    ]);
  }
  return { stages };
};
`;
/** Steps of each stage; the order is part 0. */
export const partsOfStage = 3;

/** The same as a playbook of CACAO, with the server at this port and so many stages. */
export const cacaoOrders = (port: number, stages: number): string => {
  const steps: Record<string, Readonly<Record<string, unknown>>> = {};
  for (let stage = 1; stage <= stages; stage += 1) {
    const names = Array.from({ length: partsOfStage }, (_, part) => `s${stage}-${part}`);
    const next = stage === stages ? "end" : `stage-${stage + 1}`;
    steps[`stage-${stage}`] = { type: "parallel", next_steps: names, on_completion: next };
    for (const [part, name] of names.entries()) {
      const place = { method: part === 0 ? "POST" : "PUT", stage, part } as const;
      steps[name] = effect({ ...place, counter: undefined, variable: `__part_${part}__`, answer: "values" });
    }
  }
  const variables = Object.fromEntries(Array.from({ length: partsOfStage }, (_, part) => [`__part_${part}__`, ""]));
  const agent = { type: "http-api", address: { ipv4: ["127.0.0.1"] }, port: String(port) };
  return JSON.stringify(playbookOf("cacao-orders", { steps, variables, agents: { agent } }));
};

export const ordersBinding = `id: orders
when: { kinds: [order] }
run: [orders]
`;

/** For both playbooks. */
export const ordersBindings = `${ordersBinding}---
id: cacao-orders
when: { kinds: [cacao-order] }
run: [cacao-orders]
`;

/** A run that is there until somebody ends it; \`how\` says what with. It tells the server once that it is there. */
export const staying = `${call}
import { spawn } from "node:child_process";
export const actions = {
  here: { idempotent: true, run: (input, context) => call("PUT", input, context) },
  wait: { timeoutMs: 600_000, run: () => new Promise(() => setInterval(() => undefined, 1_000)) },
};
export const onStart = async (event, run) => {
  const { url, how } = event.data;
  if (how === "grandchild") spawn("/bin/sleep", ["1000"], { stdio: "ignore" });
  await run.act("here", { url, stage: 1, part: 0 });
  if (how === "loop") for (;;);
  await run.act("wait", null);
};
`;

/** Two actions that call the server over and over, whoever cancels them, and a process that was started beside them. */
export const busy = `${call}
import { spawn } from "node:child_process";
export const actions = {
  call: {
    idempotent: true,
    timeoutMs: 600_000,
    run: async (input, { idempotencyKey, runId }) => {
      const { signal } = new AbortController();
      for (;;) await call("PUT", input, { idempotencyKey, runId, signal });
    },
  },
};
export const onStart = async (event, run) => {
  const { url } = event.data;
  spawn("/bin/sleep", ["1000"], { stdio: "ignore" });
  await run.all([run.act("call", { url, stage: 1, part: 0 }), run.act("call", { url, stage: 1, part: 1 })]);
};
`;

/** Waits for the server, stage after stage. After the first one \`how\` may say what else it does. */
export const waiting = `${call}
export const actions = { put: { idempotent: true, run: (input, context) => call("PUT", input, context) } };
const harm = {
  abort: () => process.abort(),
  loop: () => { for (;;); },
  // It answers meanwhile: a main thread that does not may be ended for that first.
  allocate: async () => {
    for (const kept = [];;) {
      kept.push(new Array(100_000).fill(0.5));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};
export const onStart = async (event, run) => {
  const { url, stages, how } = event.data;
  for (let stage = 1; stage <= stages; stage += 1) {
    await run.act("put", { url, stage, part: 0 });
    await harm[how]?.();
  }
};
`;
