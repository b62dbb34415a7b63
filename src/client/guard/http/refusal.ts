import type { ServerResponse } from "node:http";
import { systemClock } from "../../../base/clock.ts";
import type { Decision } from "../access.ts";

/** How an intercepted request is answered where no hook does it. Says nothing of rule or reason: these are no business of the client. */
export interface Refusal {
  readonly status: 403 | 429;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const plain = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } as const;

export const refusalOf = ({ verdict, untilMs }: Decision): Refusal => {
  if (verdict === "challenge") return { status: 403, headers: plain, text: "Forbidden\n" };
  const retry = untilMs === undefined ? {} : { "retry-after": secondsUntil(untilMs) };
  return { status: 429, headers: { ...plain, ...retry }, text: "Too many requests\n" };
};

/** Answers with it. */
export const refuse = (response: ServerResponse, decision: Decision): void => {
  const { status, headers, text } = refusalOf(decision);
  response.writeHead(status, headers).end(text);
};

const secondsUntil = (untilMs: number): string =>
  String(Math.max(1, Math.ceil((untilMs - systemClock.wallMs()) / 1_000)));
