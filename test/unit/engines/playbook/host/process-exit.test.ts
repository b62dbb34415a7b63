import assert from "node:assert/strict";
import {
  endOfExit,
  saysHeapExhausted,
  saysWhy,
} from "../../../../../src/engines/playbook/host/process/process-exit.ts";

const exit = { code: undefined, signal: undefined, heapExhausted: false, lastError: "" };
const endOf = (facts: Partial<Parameters<typeof endOfExit>[0]>) => endOfExit({ ...exit, ...facts }, 256);
const reasonOf = (facts: Parameters<typeof endOf>[0]): string => {
  const end = endOf(facts);
  return end.type === "failed" ? end.reason : end.type;
};

describe("what the exit of a process means for its run", () => {
  it("tells its own end from one that came from outside", () => {
    assert.equal(reasonOf({ code: 0 }), "crashed");
    assert.equal(reasonOf({ code: 1 }), "crashed");
    assert.equal(reasonOf({ signal: "SIGSEGV" }), "crashed");
    assert.equal(reasonOf({ signal: "SIGABRT" }), "crashed");
    assert.equal(reasonOf({ signal: "SIGKILL" }), "lost");
    assert.equal(reasonOf({ signal: "SIGTERM" }), "lost");
  });

  it("takes an abort for want of memory only after the engine's last words", () => {
    assert.equal(reasonOf({ signal: "SIGABRT", heapExhausted: true }), "memory");
    assert.equal(reasonOf({ signal: "SIGTRAP", heapExhausted: true }), "memory");
    assert.equal(reasonOf({ code: 1, heapExhausted: true }), "crashed");
  });

  it("knows the engine's last words", () => {
    for (const line of [
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory",
      "# Fatal process out of memory: Zone",
      "# Fatal JavaScript out of memory: CALL_AND_RETRY_LAST",
    ]) {
      assert.equal(saysHeapExhausted(line), true, line);
    }
    assert.equal(saysHeapExhausted("the mail server is out of memory"), false);
  });

  it("shows the line that says why, not its stack", () => {
    const said = [
      "Error: kaboom",
      "    at file:///a.mjs:1:7",
      "",
      "Node.js v20.20.2",
      "----- Native stack trace -----",
      " 1: 0xc8e5d2 node::Abort() [node]",
    ];
    assert.deepEqual(said.filter(saysWhy), ["Error: kaboom"]);
    const end = endOf({ code: 1, lastError: "Error: kaboom" });
    assert("message" in end);
    assert.match(end.message, /exit code 1; it said: Error: kaboom$/);
  });
});
