import type { Filling } from "./filling.ts";

/** What stands in the lines of one kind. */
interface LineRule {
  /** Why a piece cannot stand there. */
  readonly problem: (text: string) => string | undefined;
  readonly written: (text: string) => string;
  readonly taintedProblem: (value: string) => string | undefined;
  readonly tainted: (value: string) => string;
}

/** A text that is no program. */
export class LineText implements Filling {
  readonly #rule: LineRule;
  #text = "";

  constructor(rule: LineRule) {
    this.#rule = rule;
  }

  get text(): string {
    return this.#text;
  }

  append(text: string): string | undefined {
    const problem = this.#rule.problem(text);
    if (problem === undefined) this.#text += this.#rule.written(text);
    return problem;
  }

  appendTainted(value: string): string | undefined {
    const problem = this.#rule.problem(value) ?? this.#rule.taintedProblem(value);
    if (problem === undefined) this.#text += this.#rule.tainted(value);
    return problem;
  }
}

const asIs = (text: string): string => text;
const none = (): undefined => undefined;

const lineProblem = (text: string): string | undefined =>
  /[\r\n\0]|\p{Cs}/u.test(text) ? "would bring a line break, or what is no character, into the request" : undefined;

export const lineRules = {
  "request-target": {
    problem: lineProblem,
    // Only ASCII without spaces can stand there, whoever wrote it.
    written: (text) => text.replaceAll(/[^\x21-\x7e]+/gu, encodeURIComponent),
    // Percent-encoded or not, `..` leaves the path that the playbook names.
    taintedProblem: (value) => (/^\.{1,2}$/.test(value) ? "would be a step to another path" : undefined),
    tainted: encodeURIComponent,
  },
  header: {
    // RFC 9110, 5.5.
    problem: (text) =>
      lineProblem(text) ??
      (/[^\t\x20-\x7e\x80-\xff]/.test(text) ? "would bring a character into a header that none may have" : undefined),
    written: asIs,
    taintedProblem: none,
    tainted: asIs,
  },
  plain: { problem: none, written: asIs, taintedProblem: none, tainted: asIs },
} as const satisfies Readonly<Record<string, LineRule>>;
