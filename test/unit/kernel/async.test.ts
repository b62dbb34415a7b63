import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { same, type Props, type Same } from "../../../src/kernel/index.ts";
import { gate } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

/** Promises that are no instance of this realm's Promise: of another realm, or of a library of its own. */
const foreign: readonly (readonly [string, <Value>(promise: Promise<Value>) => Promise<Value>])[] = [
  [
    "another realm's promise",
    (promise) =>
      (
        runInNewContext("(inner) => new Promise((resolve, reject) => inner.then(resolve, reject))") as (
          inner: typeof promise,
        ) => typeof promise
      )(promise),
  ],
  ["a thenable", (promise) => ({ then: promise.then.bind(promise) }) as typeof promise],
];

describe("an async handler", () => {
  onBothDispatchers((start) => {
    for (const [what, wrap] of foreign) {
      it(`that gives ${what} is waited for, and its failure is one of the actor`, async () => {
        const kernel = start({ supervision: { backoff: undefined } });
        const seen: string[] = [];
        const busy = gate();
        const props: Props<number, string> = {
          behavior: {
            initial: () => wrap(Promise.resolve(1)),
            receive: (state, message): Promise<Same> => {
              seen.push(`${message} with ${state}`);
              return wrap(message === "wait" ? busy.opened.then(() => same) : Promise.reject(new Error("crash")));
            },
          },
        };
        const address = kernel.system.spawn(props, "foreign");
        address.tell("wait");
        address.tell("crash");
        await kernel.settle();
        assert.deepEqual(seen, ["wait with 1"]);
        busy.open();
        await kernel.settle();
        assert.deepEqual(seen, ["wait with 1", "crash with 1"]);
        assert.equal(kernel.system.tree().children[0]?.restarts, 1);
      });
    }
  });
});
