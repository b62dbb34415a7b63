import { unreachable } from "../../base/unreachable.ts";
import type { PreparedChange } from "../model/commit.ts";
import type { PreparedItem } from "../model/rows.ts";
import type { Change, Guard, NewItem } from "../ports.ts";
import { checkClaim, checkDuration, checkId, checkLease, checkName, checkRecord, checkWhole } from "./checks.ts";
import { encode } from "./encoding.ts";

const defaultPriority = 100;
const lowestPriority = 255;

/** An error's text is for people: the rest of a long one is dropped. */
const errorCharacters = 2_000;

export const prepareItem = (item: NewItem): PreparedItem => ({
  id: checkId("item id", item.id),
  body: encode(`the body of item ${item.id}`, item.body),
  priority: checkWhole("priority", item.priority ?? defaultPriority, 0, lowestPriority),
  delayMs: checkDuration("delayMs", item.delayMs ?? 0, true),
  ...(item.group === undefined ? {} : { group: checkName("group", item.group) }),
});

export const prepareGuard = (guard: Guard): Guard => {
  switch (guard.type) {
    case "claim":
      return { type: "claim", claim: checkClaim(guard.claim) };
    case "lease":
      return { type: "lease", lease: checkLease(guard.lease) };
    case "record":
      return { type: "record", record: checkRecord(guard.record) };
    default:
      return unreachable(guard);
  }
};

const prepareVersion = (version: number | undefined): number | undefined =>
  version === undefined ? undefined : checkWhole("expectedVersion", version, 0, Number.MAX_SAFE_INTEGER);

export const prepareChange = (change: Change): PreparedChange => {
  switch (change.type) {
    case "add":
      return { type: "add", queue: checkName("queue", change.queue), item: prepareItem(change.item) };
    case "finish":
      return {
        type: "finish",
        claim: checkClaim(change.claim),
        outcome: change.outcome,
        result: change.result === undefined ? undefined : encode(`the result of ${change.claim.id}`, change.result),
      };
    case "checkpoint":
      return {
        type: "checkpoint",
        claim: checkClaim(change.claim),
        data: encode(`the checkpoint of ${change.claim.id}`, change.data),
      };
    case "release":
      return {
        type: "release",
        claim: checkClaim(change.claim),
        reason: change.reason,
        delayMs: checkDuration("delayMs", change.delayMs ?? 0, true),
        error: change.error?.slice(0, errorCharacters),
      };
    case "seal":
      return {
        type: "seal",
        group: checkName("group", change.group),
        onComplete:
          change.onComplete === undefined
            ? undefined
            : { queue: checkName("queue", change.onComplete.queue), item: prepareItem(change.onComplete.item) },
      };
    case "put": {
      const expectedVersion = prepareVersion(change.expectedVersion);
      return {
        type: "put",
        key: checkId("record key", change.key),
        value: encode(`the value of record ${change.key}`, change.value),
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
        ...(change.expiresInMs === undefined ? {} : { expiresInMs: checkDuration("expiresInMs", change.expiresInMs) }),
      };
    }
    case "delete":
      return {
        type: "delete",
        key: checkId("record key", change.key),
        expectedVersion: prepareVersion(change.expectedVersion),
      };
    default:
      return unreachable(change);
  }
};
