import { jsonLine } from "./json-text.ts";
import { toStdout } from "../stdout.ts";

export interface RowOutput<Row> {
  /** For people, before the rows. */
  readonly head: readonly string[];
  readonly cells: (row: Row) => readonly (string | number)[];
  readonly none: string;
}

/** Prints rows as a table, or as one JSON object a line. */
export const printRows = async <Row extends object>(
  rows: readonly Row[],
  json: boolean,
  { head, cells, none }: RowOutput<Row>,
): Promise<void> => {
  if (json) await toStdout(rows.map((row) => jsonLine(row)).join(""));
  else if (rows.length === 0) await toStdout(`${none}\n`);
  else {
    const { textTable } = await import("./text-table.ts");
    await toStdout(textTable(head, rows.map(cells)));
  }
};
