import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { codeOf, statusName, type CallErrorCode } from "../../../src/wire/index.ts";

const codes: readonly CallErrorCode[] = [
  "cancelled",
  "invalid",
  "deadline",
  "not-found",
  "already-exists",
  "permission-denied",
  "unauthenticated",
  "resource-exhausted",
  "failed-precondition",
  "unimplemented",
  "internal",
  "unavailable",
];

describe("status of a call", () => {
  it("is gRPC's own, there and back", () => {
    for (const code of codes) assert.equal(codeOf(status[statusName(code)]), code);
  });

  it("that Garrison never sends means a defect", () => {
    for (const other of [status.UNKNOWN, status.DATA_LOSS, status.ABORTED, 99]) assert.equal(codeOf(other), "internal");
  });
});
