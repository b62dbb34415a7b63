import assert from "node:assert/strict";
import { parseTemplate, planRequests, type Template } from "../../../../src/engines/scan/index.ts";
import { withBlock } from "./sample.ts";

const block = 'path: ["{{BaseURL}}/{{tenant}}?k={{key}}"]\nheaders: {X-Key: "{{key}}"}\nbody: "§tenant§"';

const compiledWith = (variables: readonly string[]): Template => {
  const parsed = parseTemplate(withBlock(block), "v.yaml", undefined, { variables });
  assert.ok(parsed.template !== undefined, JSON.stringify(parsed.reasons));
  return parsed.template;
};
const defaults = { userAgent: "agent/1", headers: {} };
const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === expected;

describe("variables that a person gives", () => {
  it("are unknown placeholders in a template that is compiled without them", () => {
    const { status, reasons } = parseTemplate(withBlock(block), "v.yaml", undefined, { variables: ["tenant"] });
    assert.equal(status, "refused");
    assert.deepEqual(
      reasons.map(({ key, message }) => `${key}: ${message}`),
      [
        "http[0].path[0]: {{key}} is not supported, and no variable that was given",
        "http[0].headers.X-Key: {{key}} is not supported, and no variable that was given",
      ],
    );
  });

  it("get their values with each plan, never evaluated again", () => {
    const template = compiledWith(["tenant", "key"]);
    const sent = (variables: Readonly<Record<string, string>>): readonly (string | undefined)[] => {
      const [planned] = planRequests(template, "http://h.test", { ...defaults, variables });
      const headers = planned?.request?.headers ?? [];
      return [planned?.request?.url.path, headers[headers.indexOf("X-Key") + 1], planned?.request?.body];
    };
    assert.deepEqual(sent({ tenant: "a", key: "1" }), ["/a?k=1", "1", "a"]);
    assert.deepEqual(sent({ tenant: "{{key}}", key: "b c" }), ["/{{key}}?k=b%20c", "b c", "{{key}}"]);
  });

  it("never stand for parts of the target, and are missed where a plan has no value", () => {
    const template = compiledWith(["tenant", "key"]);
    const plan = (variables: Readonly<Record<string, string>>): unknown =>
      planRequests(template, "http://h.test", { ...defaults, variables });
    assert.throws(() => plan({ tenant: "a" }), code("invalid-option"));
    const [planned] = planRequests(template, "http://h.test", {
      ...defaults,
      variables: { tenant: "a", key: "1", BaseURL: "http://other.test" },
    });
    assert.equal(planned?.request?.url.href, "http://h.test/a?k=1");
  });

  it("lead nowhere but to the target, whatever their values", () => {
    const parsed = parseTemplate(withBlock('path: ["{{BaseURL}}{{x}}"]'), "v.yaml", undefined, { variables: ["x"] });
    assert.ok(parsed.template !== undefined);
    for (const x of ["@other.test/", ":1@other.test"]) {
      const [planned] = planRequests(parsed.template, "http://h.test", { ...defaults, variables: { x } });
      assert.equal(planned?.request, undefined, x);
    }
  });
});
