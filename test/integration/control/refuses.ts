import assert from "node:assert/strict";
import { ClientError, type CallErrorCode } from "../../../src/client/index.ts";

/** The call has to fail with this code and, if it is given, for this reason. */
export const refuses = async (call: Promise<unknown>, code: CallErrorCode, reason?: string): Promise<ClientError> => {
  let met: ClientError | undefined;
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ClientError, `not a ClientError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    if (reason !== undefined) assert.equal(error.reason, reason, error.message);
    met = error;
    return true;
  });
  assert.ok(met);
  return met;
};
