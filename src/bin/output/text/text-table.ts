import Table from "cli-table3";
import { printable } from "../../../base/printable.ts";

const cellChars = 120;

/** Rows as a table for people, without colours; every cell is safe to show on a terminal. Ends with a line end. */
export const textTable = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(row.map((cell) => printable(String(cell), cellChars)));
  return `${table.toString()}\n`;
};
