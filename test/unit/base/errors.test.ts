import assert from "node:assert/strict";
import { asError } from "../../../src/base/errors.ts";

const withField = (field: "name" | "message", value: PropertyDescriptor): Error =>
  Object.defineProperty(new Error("text"), field, value);

describe("asError", () => {
  it("gives an error as it is, and anything else its text", () => {
    const error = new RangeError("out of range");
    assert.equal(asError(error), error);
    assert.equal(asError("plain").message, "plain");
    assert.equal(asError(undefined).message, "undefined");
  });

  it("gives an error with readable text for whatever was thrown", () => {
    const unreadable = {
      get: (): never => {
        throw new Error("no");
      },
    };
    const textless: unknown = Object.create(null);
    const thrown: readonly unknown[] = [
      textless,
      withField("message", { value: textless }),
      withField("name", { value: Symbol("name") }),
      withField("message", unreadable),
      new Proxy(new Error("text"), {
        getPrototypeOf: () => {
          throw new Error("no");
        },
      }),
    ];
    for (const each of thrown) {
      const { name, message } = asError(each);
      assert.equal(typeof `${name}${message}`, "string");
    }
  });
});
