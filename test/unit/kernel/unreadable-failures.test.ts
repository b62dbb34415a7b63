import assert from "node:assert/strict";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

describe("failures that cannot be read", () => {
  onBothDispatchers((start) => {
    const field = (name: string, descriptor: PropertyDescriptor): Error =>
      Object.defineProperty(new Error("crash"), name, { enumerable: true, ...descriptor });
    const unreadable = {
      get: (): never => {
        throw new Error("a getter that fails");
      },
    };
    const textless: unknown = Object.create(null);
    const thrown: readonly (readonly [string, unknown])[] = [
      ["an object without text", textless],
      ["an error whose message is no text", field("message", { value: textless })],
      ["an error whose name is no text", field("name", { value: Symbol("name") })],
      ["an error that cannot be read", field("extra", unreadable)],
    ];
    for (const [what, value] of thrown) {
      for (const how of ["throws", "rejects"] as const) {
        it(`takes a handler that ${how} ${what}`, async () => {
          const kernel = start({ supervision: { backoff: undefined } });
          const address = kernel.system.spawn(
            actor<"fail">(() => {
              const fail = (): never => {
                throw value;
              };
              return how === "rejects" ? Promise.resolve().then(fail) : fail();
            }),
            "fragile",
          );
          address.tell("fail");
          await kernel.settle();
          assert.equal(kernel.system.tree().children[0]?.restarts, 1);
          assert.equal(kernel.log.of("an actor failed").length, 1);
        });
      }
    }
  });
});
