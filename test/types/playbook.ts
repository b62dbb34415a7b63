import { expectTypeOf } from "expect-type";
import {
  definePlaybook,
  type ActionContext,
  type ActionHandle,
  type ActionOutcome,
  type Run,
} from "../../src/engines/playbook/sdk/index.ts";

/** Never called: the compiler is the test. */
export const playbook = definePlaybook({
  actions: {
    block: (input: { readonly ip: string }, context: ActionContext) =>
      Promise.resolve({ blocked: input.ip, key: context.idempotencyKey }),
    tell: {
      idempotent: true,
      run: (text: string): void => {
        void text;
      },
    },
    count: () => 3,
  },
  filters: {
    mining: ({ kind }) => kind === "mining",
  },
  onStart: async (_event, run) => {
    expectTypeOf(run.act("block", { ip: "192.0.2.1" })).toEqualTypeOf<ActionHandle<{ blocked: string; key: string }>>();
    // What returns nothing answers null, as it is kept.
    expectTypeOf(await run.act("tell", "found")).toEqualTypeOf<null>();
    expectTypeOf(await run.act("count")).toEqualTypeOf<number>();
    // @ts-expect-error another input
    run.act("block", 3);
    // @ts-expect-error without its input
    run.act("block");
    // @ts-expect-error not an action of this playbook
    run.act("unblock", { ip: "192.0.2.1" });
    // @ts-expect-error takes nothing
    run.act("count", 3);

    const [count, block] = await run.all([run.act("count"), run.act("block", { ip: "192.0.2.1" })]);
    expectTypeOf(count).toEqualTypeOf<number>();
    expectTypeOf(block.blocked).toEqualTypeOf<string>();
    const [outcome] = await run.join([run.act("count")]);
    expectTypeOf(outcome).toEqualTypeOf<ActionOutcome<number>>();
    run.act("count").onDone((ended) => expectTypeOf(ended).toEqualTypeOf<ActionOutcome<number>>());
  },
  onFinish: (summary, run) => {
    expectTypeOf(summary.done).toEqualTypeOf<number>();
    expectTypeOf(run.random()).toEqualTypeOf<number>();
  },
});

export const wrong = definePlaybook({
  // @ts-expect-error no number of milliseconds
  actions: { slow: { run: () => 1, timeoutMs: "1s" } },
  // @ts-expect-error no truth value
  filters: { text: ({ kind }) => kind },
  onStart: () => undefined,
});

/** The same with exports by name, as in a module without `definePlaybook`. */
export const actions = { block: (ip: string) => ip.length };
export const onStart = async (run: Run<typeof actions>): Promise<void> => {
  expectTypeOf(await run.act("block", "192.0.2.1")).toEqualTypeOf<number>();
};
