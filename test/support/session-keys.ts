import { createSessionKeys, type SessionKeys } from "../../src/engines/scan/oob/index.ts";

let keys: Promise<SessionKeys> | undefined;

/** One key pair for all sessions of a test run: making one takes a core for 100 ms and more. */
export const sharedSessionKeys = (): Promise<SessionKeys> => (keys ??= createSessionKeys());
