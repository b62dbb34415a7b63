import assert from "node:assert/strict";
import { StoreError, type StoreErrorCode } from "../../src/store/index.ts";

/** The call has to be refused with this code. */
export const rejects = async (call: Promise<unknown>, code: StoreErrorCode): Promise<void> => {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof StoreError, `not a StoreError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return true;
  });
};
