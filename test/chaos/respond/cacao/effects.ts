import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../action-server.ts";

type Entry = Readonly<Record<string, unknown>>;

/** A value that follows from a text, and from nothing else. */
export const valueOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

const letters = ["a", "b", "c"] as const;

/** What the answer to a request is. `counts`: the value given and one more. `picks`: one of the letters. `fails`: status 500. */
export type AnswerKind = "values" | "counts" | "picks" | "fails";

export interface EffectPlace {
  readonly method: "PUT" | "POST";
  /** Number of the step; each step of a plan has another one. */
  readonly stage: number;
  /** Variable that counts the rounds of the loop that it is in; undefined: it is in none. */
  readonly counter: string | undefined;
  /** Of several steps of one stage, which are in no loop. */
  readonly part?: number;
  /** Variable that is sent and gets the answer, as in `__name__`. */
  readonly variable: string;
  readonly answer: AnswerKind;
  /** Variable that gets the answer in place of `variable`. */
  readonly gives?: string;
}

/**
 * An action with one request to a server whose answers are `answerTo`. Its headers say which run and step it is of, so that the server
 * knows each effect by what the playbook is, not by what the product says.
 */
export const effect = (place: EffectPlace, also: Entry = {}): Entry => {
  const { method, stage, counter, variable, answer, gives = variable } = place;
  const part = counter === undefined ? String(place.part ?? 0) : `${counter}:value`;
  return {
    type: "action",
    commands: [
      {
        type: "http-api",
        command: `${method} /later/${stage} HTTP/1.1`,
        headers: {
          "x-run": ["__run__:value"],
          "x-stage": [String(stage)],
          "x-part": [part],
          "idempotency-key": [`__run__:value ${stage} ${part}`],
          "x-given": [`${variable}:value`],
          "x-gives": [gives.slice(2, -2)],
          "x-answer": [answer],
        },
      },
    ],
    ...(answer === "fails" ? {} : { out_args: [gives] }),
    ...also,
  };
};

/** Follows from the step and the value that it was given. */
export const answerTo = (headers: IncomingHttpHeaders): Answer => {
  const text = (name: string): string => String(headers[name] ?? "");
  const [stage, given, kind] = [text("x-stage"), text("x-given"), text("x-answer") as AnswerKind];
  const seed = valueOf(`${stage} ${text("x-part")} ${given}`);
  const values: Readonly<Record<AnswerKind, string>> = {
    values: seed,
    counts: String(Number(given) + 1),
    picks: letters[parseInt(seed.slice(0, 6), 16) % letters.length] ?? "a",
    fails: "",
  };
  if (kind === "fails") return { status: 500, body: "as planned" };
  return { status: 200, body: JSON.stringify({ [text("x-gives")]: values[kind] }) };
};
