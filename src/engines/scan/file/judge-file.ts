import { Fields } from "../net/fields.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Exchange, Piece } from "../run/exchange.ts";
import { Variables } from "../value/scope.ts";
import { bytesOf, type Value } from "../value/value.ts";
import type { FilePlan } from "./plan.ts";

const aliases = { "": "raw", body: "raw", all: "raw", data: "raw", response: "raw" };

/** Has a file judged, as a whole or line by line. */
export const judgeFile = async ({ byLine }: FilePlan, path: string, content: Buffer, run: BlockRun): Promise<void> => {
  const folder = run.target.folder ?? "";
  const fieldsOf = (raw: string): Fields =>
    new Fields(
      new Map<string, Value>([
        ["type", "file"],
        ["path", bytesOf(folder)],
        ["matched", bytesOf(path)],
        ["raw", raw],
      ]),
      aliases,
    );
  const text = content.toString("latin1");
  const exchange: Exchange = {
    data: fieldsOf(text),
    scope: await run.values(new Variables(), {}),
    place: { type: "file", host: "", path: folder, matchedAt: path },
    request: () => "",
    response: (maxBytes) => text.slice(0, maxBytes),
    payloads: {},
    identity: ["file", path.startsWith(folder) ? path.slice(folder.length) : path],
    oobUrls: [],
  };
  if (byLine) await run.judgePieces(exchange, linesOf(text, fieldsOf));
  else await run.judge(exchange);
};

/** The lines without their ends; one that is empty at the end of the file is none. */
function* linesOf(text: string, fieldsOf: (line: string) => Fields): Generator<Piece> {
  for (let at = 0, line = 1; at < text.length; line += 1) {
    const end = text.indexOf("\n", at);
    const whole = text.slice(at, end === -1 ? text.length : end);
    yield { line, data: fieldsOf(whole.endsWith("\r") ? whole.slice(0, -1) : whole) };
    at = end === -1 ? text.length : end + 1;
  }
}
