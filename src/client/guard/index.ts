export type { Access, Decision, Verdict } from "./access.ts";
export { createGuard } from "./create-guard.ts";
export { GuardError, type GuardErrorCode } from "./errors.ts";
export { Guard, type GuardCounts, type GuardParts } from "./guard.ts";
export type { GuardOptions } from "./options.ts";
