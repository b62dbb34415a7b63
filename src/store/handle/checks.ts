import { StoreError } from "../errors.ts";
import { bounds, idShape, nameShape, type ClaimRef, type LeaseRef, type RecordRef } from "../ports.ts";

/** The longest time that any duration of a call may span: 10 years. */
const longestMs = 10 * 366 * 24 * 3_600_000;

export const invalid = (message: string): StoreError => new StoreError("invalid", message);

export const checkName = (what: string, name: string): string => {
  if (typeof name !== "string" || !nameShape.test(name)) {
    throw invalid(
      `${what} ${JSON.stringify(name)}: use 1 to 64 of a-z, 0-9, "." and "-", not starting with "." or "-"`,
    );
  }
  return name;
};

export const checkId = (what: string, id: string): string => {
  if (typeof id !== "string" || !idShape.test(id)) {
    throw invalid(
      `${what} ${JSON.stringify(id).slice(0, 210)}: use 1 to 200 printable ASCII characters without blanks`,
    );
  }
  return id;
};

/** A whole number from `least` to `most`. */
export const checkWhole = (what: string, value: number, least: number, most: number): number => {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw invalid(`${what} is ${value}: use a whole number from ${least} to ${most}`);
  }
  return value;
};

/** A duration in milliseconds, more than 0 or, for a delay, 0 or more. */
export const checkDuration = (what: string, ms: number, orZero = false): number => {
  if (!(ms <= longestMs) || (orZero ? ms < 0 : ms <= 0)) {
    throw invalid(`${what} is ${ms}: use milliseconds from ${orZero ? "0" : "above 0"} to ${longestMs}`);
  }
  return ms;
};

export const checkCount = (what: string, list: readonly unknown[], most: number): void => {
  if (list.length > most) throw invalid(`${list.length} ${what}: at most ${most} in one call`);
};

export const checkIds = (what: string, ids: readonly string[]): readonly string[] => {
  checkCount(what, ids, bounds.changes);
  return ids.map((id) => checkId(what, id));
};

export const checkClaim = ({ queue, id, token }: ClaimRef): ClaimRef => ({
  queue: checkName("queue", queue),
  id: checkId("item id", id),
  token: checkWhole("token", token, 0, Number.MAX_SAFE_INTEGER),
});

export const checkLease = ({ name, token }: LeaseRef): LeaseRef => ({
  name: checkId("lease", name),
  token: checkWhole("token", token, 0, Number.MAX_SAFE_INTEGER),
});

export const checkRecord = ({ key, version }: RecordRef): RecordRef => ({
  key: checkId("record key", key),
  version: checkWhole("version", version, 1, Number.MAX_SAFE_INTEGER),
});
