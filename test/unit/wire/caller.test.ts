import assert from "node:assert/strict";
import {
  controlService,
  detectionService,
  eventService,
  formatCaller,
  parseCaller,
  roleAllows,
  roles,
  runService,
  scanService,
  type Caller,
} from "../../../src/wire/index.ts";

describe("a caller in a header", () => {
  it("comes back as it was", () => {
    const callers: readonly Caller[] = [
      { name: "dashboard", role: "viewer", by: "token" },
      { name: "alice@example.test", role: "admin", by: "certificate" },
      { name: "x".repeat(63), role: "operator", by: "token" },
    ];
    for (const caller of callers) assert.deepEqual(parseCaller(formatCaller(caller)), caller);
  });

  it("is nothing else", () => {
    for (const text of [
      ...["", "1", "viewer", "viewer token", "viewer token a b", "viewer  a", "root token a", "viewer magic a"],
      ...["viewer token ", "viewer token -a", "viewer token a\n", `viewer token ${"a".repeat(64)}`, "a".repeat(10_000)],
    ]) {
      assert.equal(parseCaller(text), undefined, JSON.stringify(text));
    }
  });
});

describe("roles", () => {
  it("allow what they need and what they include: those who look do not report, and the other way round", () => {
    const table = roles.map((has) => roles.map((needed) => roleAllows(has, needed)));
    assert.deepEqual(roles, ["reporter", "viewer", "operator", "admin"]);
    assert.deepEqual(table, [
      [true, false, false, false],
      [false, true, false, false],
      [true, true, true, false],
      [true, true, true, true],
    ]);
  });

  it("let a viewer call nothing that changes something", () => {
    const methods = [
      ...Object.values(scanService),
      ...Object.values(eventService),
      ...Object.values(runService),
      ...Object.values(controlService),
      ...Object.values(detectionService),
    ];
    const wrong = methods.filter(({ changes, role }) => changes && role === "viewer");
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    );
  });
});
