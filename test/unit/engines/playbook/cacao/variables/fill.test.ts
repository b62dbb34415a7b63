import assert from "node:assert/strict";
import fc from "fast-check";
import { fill, type FilledFor } from "../../../../../../src/engines/playbook/cacao/variables/fill.ts";
import { parseTemplate } from "../../../../../../src/engines/playbook/cacao/variables/parse-template.ts";
import { VariableError } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import { declared, scopeOf, tainted } from "./scopes.ts";

const filled = (text: string, value: string, how: FilledFor): string => fill(parseTemplate(text), tainted(value), how);

const unlessUnsafe = (make: () => string): string | undefined => {
  try {
    return make();
  } catch (error) {
    assert.ok(error instanceof VariableError && error.code === "unsafe", String(error));
    return undefined;
  }
};

describe("values in requests and other texts", () => {
  it("are one piece of a request target", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const target = unlessUnsafe(() => filled("/a/__v__:value/b?c=__v__:value&d", value, "request-target"));
        if (target === undefined) return;
        const url = new URL(target, "http://127.0.0.1");
        assert.deepEqual(url.pathname.split("/").map(decodeURIComponent), ["", "a", value, "b"]);
        assert.equal(/^[\x21-\x7e]+$/.test(target), true);
        assert.equal(decodeURIComponent(/c=([^&]*)&d$/.exec(url.search)?.[1] ?? ""), value);
      }),
    );
    for (const value of [".", "..", "a\r\nb", "\0"]) {
      assert.throws(() => filled("/a/__v__:value", value, "request-target"), { code: "unsafe" }, value);
    }
  });

  it("of the playbook are its target, with what no target has percent-encoded", () => {
    const scope = scopeOf([declared("__p__", "string", "/a/b?c=d é")]);
    assert.equal(fill(parseTemplate("__p__:value"), scope, "request-target"), "/a/b?c=d%20%C3%A9");
    const split = scopeOf([declared("__p__", "string", "/a HTTP/1.1\r\nx: y")]);
    assert.throws(() => fill(parseTemplate("__p__:value"), split, "request-target"), { code: "unsafe" });
    assert.throws(() => fill(["/a\n"], scope, "request-target"), { code: "unsafe" });
  });

  it("bring no line into a header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const header = unlessUnsafe(() => filled("Bearer __v__:value", value, "header"));
        if (header === undefined) return;
        assert.equal(header, `Bearer ${value}`);
        assert.doesNotThrow(() => new Headers({ authorization: header }));
      }),
    );
    for (const value of ["a\rb", "a\nb", "a\0b", "€", "\x7f"]) {
      assert.throws(() => filled("__v__:value", value, "header"), { code: "unsafe" });
    }
  });

  it("keep a path behind a variable that is no dictionary as text", () => {
    assert.equal(filled("https://__v__:value.example.com/", "www", "plain"), "https://www.example.com/");
    assert.equal(filled("__v__:value[0]", "x", "plain"), "x[0]");
    assert.equal(filled("__event__:value.kind!", "", "plain"), "alarm!");
  });

  it("that are not there fail with the name of the variable", () => {
    const scope = scopeOf([declared("__n__", "string", null), declared("__d__", "dictionary", '{"a":null}')]);
    const fails = (text: string) => assert.throws.bind(null, () => fill(parseTemplate(text), scope, "plain"));
    fails("__x__:value")({ code: "undeclared", variable: "__x__" });
    fails("__n__:value")({ code: "unset", variable: "__n__" });
    fails("__d__:value.a")({ code: "unset", variable: "__d__" });
  });

  it("are bounded", () => {
    const text = "__v__:value".repeat(5_000);
    assert.throws(() => filled(text, "x".repeat(60_000), "plain"), { code: "too-large" });
    assert.throws(() => filled("__v__:value", " ".repeat(30_000), "request-target"), { code: "too-large" });
  });
});
