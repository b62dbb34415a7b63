import assert from "node:assert/strict";
import { HandlerRun, type HandlerOwner } from "../../../src/kernel/cell/handler-run.ts";
import type { KernelError } from "../../../src/kernel/index.ts";

const owner: HandlerOwner = {
  path: "/actor",
  handlerDone: () => undefined,
  handlerCrashed: () => undefined,
  handlerAbandoned: () => undefined,
  handlerFailedLate: () => undefined,
  wake: () => undefined,
};

describe("the running handler of an actor", () => {
  it("lets no second one begin before it has ended", () => {
    const run = new HandlerRun(owner);
    run.begin("receive", "one");
    const second = (): void => run.begin("receive", "two");
    assert.throws(second, (error: KernelError) => error.code === "one-at-a-time");
    run.returned("receive", undefined);
    second();
  });
});
