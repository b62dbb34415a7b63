import { asError } from "../../base/errors.ts";
import { StoreError } from "../errors.ts";

/** Return codes of LMDB (lmdb.h) and of the system (errno) that mean: no room. */
const fullCodes = new Set([-30_792, 28, 122]);
/** Page not found, corrupted, panic, invalid: the file is not what its header says. */
const corruptCodes = new Set([-30_797, -30_796, -30_795, -30_793]);

/** What LMDB, or a defect of ours, threw, as an error that callers can decide by. */
export const toStoreError = (thrown: unknown): StoreError => {
  if (thrown instanceof StoreError) return thrown;
  const error = asError(thrown);
  const code = "code" in error && typeof error.code === "number" ? error.code : 0;
  if (fullCodes.has(code)) {
    return new StoreError("full", `the disk of the store is full: ${error.message}`, {
      retryable: true,
      cause: error,
    });
  }
  if (corruptCodes.has(code))
    return new StoreError("corrupt", `the store is damaged: ${error.message}`, { cause: error });
  return new StoreError("internal", `the store failed: ${error.message}`, { cause: error });
};
