import { playbookOf } from "../../../support/cacao/playbook-source.ts";
import { effect } from "./effects.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Effects of the playbook, numbered from 1. */
export const effects = 50;
/** In the branches beside each other. */
const parallel = { from: 21, split: 26, to: 30 } as const;
/** Steps that must not be repeated: every seventh. */
const orderEvery = 7;
const longTimeoutMs = 600_000;

/** The effects that follow each other, by a name of their row: of the two branches, and of what is before and after them. */
export const rowOf = (stage: number): string => {
  if (stage < parallel.from || stage > parallel.to) return "main";
  return stage < parallel.split ? "left" : "right";
};

/**
 * A playbook of fifty effects on the server at this port, one after the other, some of them in branches, of which two are beside each
 * other. Each hands its value on to the next, so that the final variables tell of every one that was lost or heard in another order.
 */
export const fiftySteps = (port: number): string => {
  const steps: Record<string, Entry> = {};
  const add = (stage: number, variable: string, next: string): void => {
    const method = stage % orderEvery === 0 ? "POST" : "PUT";
    const place = { method, stage, counter: undefined, variable, answer: "values" } as const;
    steps[`s${stage}`] = effect(place, { on_completion: next, timeout: longTimeoutMs });
  };
  const row = (from: number, to: number, variable: string, next: string): void => {
    for (let stage = from; stage <= to; stage += 1) add(stage, variable, stage === to ? next : `s${stage + 1}`);
  };
  row(1, 10, "__v__", "if");
  // Holds once a value was heard.
  steps["if"] = {
    ...{ type: "if-condition", condition: "__v__:value != 'begin'" },
    ...{ on_true: "s11", on_completion: "both" },
  };
  row(11, parallel.from - 1, "__v__", "end-if");
  steps["end-if"] = { type: "end" };
  const branches = [`s${parallel.from}`, `s${parallel.split}`];
  steps["both"] = { type: "parallel", next_steps: branches, on_completion: `s${parallel.to + 1}` };
  row(parallel.from, parallel.split - 1, "__left__", "end-left");
  row(parallel.split, parallel.to, "__right__", "end-right");
  steps["end-left"] = { type: "end" };
  steps["end-right"] = { type: "end" };
  row(parallel.to + 1, effects, "__v__", "end");
  return JSON.stringify(
    playbookOf("fifty", {
      steps,
      first: "s1",
      variables: { __v__: "begin", __left__: "left", __right__: "right" },
      agents: { agent: { type: "http-api", address: { ipv4: ["127.0.0.1"] }, port: String(port) } },
    }),
  );
};
