import type { Command } from "commander";

/** What a subject of `guard block` and `guard unblock` is a value of. */
export interface SubjectFlags {
  readonly field: string;
}

export const withSubjectFlags = (command: Command): Command =>
  command.option("--field <name>", "what the subject is: ip, account, or another field of accesses", "ip");
