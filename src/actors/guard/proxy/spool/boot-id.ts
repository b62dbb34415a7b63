import { readFileSync } from "node:fs";

/** Tells one start of the machine from another; empty where the system does not say. */
export const bootId = (): string => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
};
