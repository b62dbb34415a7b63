import { join } from "node:path";
import { sharedFolders, TableWriter, type AccessRow } from "../../../src/shared-memory/index.ts";

/** Rules that each access of the run falls under. */
export const rules: readonly number[] = [1, 2, 3, 4, 5];
/** So many accesses under a rule a killed writer loses at most: the bound that `createGuard` states. */
export const foldAccesses = 1_024;

/** The table that all writers of the folder have. */
export const writeTable = (folder: string): void => {
  const table = new TableWriter(sharedFolders(folder).table);
  table.append({ type: "settings", slotMs: 10, v6PrefixBits: 64, neverBlock: [] });
  table.append({ type: "rules", rules: rules.map((number) => ({ number, subject: "account" })) });
  table.publish();
  table.close();
};

/** The name of the writer of a row, out of the account. */
export const writerOf = ({ subject }: AccessRow): string => subject.slice(0, subject.lastIndexOf("-"));

export const ledgerOf = (folder: string, writer: string): string => join(folder, `${writer}.ledger`);
