import type { Answer } from "dns-packet";
import { bytesOf, type Value } from "../value/value.ts";
import type { Message } from "./message.ts";
import { questionText } from "./message-text.ts";
import { recordData, recordText, typeText } from "./record-text.ts";

export interface ResponseFacts {
  readonly host: string;
  readonly matched: string;
  /** As text, like all that follow. */
  readonly request: string;
  readonly raw: string;
  readonly trace: string;
  readonly seconds: number;
}

/**
 * A response under nuclei's names: its sections as text, and what its answers say under their types in small letters,
 * such as `cname`: a text, or a list where there are several.
 */
export const responseFields = (message: Message, facts: ResponseFacts): ReadonlyMap<string, Value> => {
  const { host, matched, request, raw, trace, seconds } = facts;
  const { questions, answers, authorities, additionals, rcode } = message;
  return new Map<string, Value>([
    ["host", bytesOf(host)],
    ["matched", bytesOf(matched)],
    ["type", "dns"],
    ["request", request],
    ["rcode", BigInt(rcode)],
    ["question", questions.map(questionText).join("")],
    ["answer", answers.map(recordText).join("")],
    ["ns", authorities.map(recordText).join("")],
    ["extra", additionals.map(recordText).join("")],
    ["raw", raw],
    ["trace", trace],
    ["duration", seconds],
    ...byType(answers),
  ]);
};

const byType = (answers: readonly Answer[]): ReadonlyMap<string, Value> => {
  const lists = new Map<string, string[]>();
  for (const record of answers) {
    const name = typeText(record.type).toLowerCase();
    const list = lists.get(name) ?? [];
    lists.set(name, list);
    list.push(recordData(record));
  }
  return new Map([...lists].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? "") : list]));
};
