import { UsageError } from "../../process/usage-error.ts";
import type { Sent } from "../../calls/events/send-events.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import type { Say } from "../../output/messages.ts";
import { toStdout } from "../../output/stdout.ts";
import { InvalidEvents } from "./invalid-events.ts";

/** Prints what became of events, and keeps what a person has to know to go on. */
export class SendAccount {
  stored = 0;
  failure: Error | undefined;
  readonly #name: string;
  readonly #json: boolean;
  readonly #say: Say;
  readonly #invalid: InvalidEvents;
  #known = 0;
  #seen = 0;
  #lastLine = 0;
  #unsent: { readonly from: number; to: number; readonly outcome: "unknown" | "refused" } | undefined;

  /** @param name of the file, for messages */
  constructor(name: string, json: boolean, say: Say) {
    this.#name = name;
    this.#json = json;
    this.#say = say;
    this.#invalid = new InvalidEvents(name);
  }

  /** Parts of the file that are no events. */
  get invalid(): number {
    return this.#invalid.count;
  }

  async add(batch: readonly Sent[]): Promise<void> {
    this.#seen += batch.length;
    for (const sent of batch) this.#count(sent);
    const lines = batch.map((sent) => (this.#json ? jsonOf(sent) : "key" in sent ? `${sent.key}\n` : ""));
    await toStdout(lines.join(""));
  }

  /** Says how far it came. */
  close(): void {
    this.#invalid.close();
    if (this.#seen === 0 && this.failure === undefined)
      this.failure = new UsageError(`${this.#name}: there is no event in it`);
    if (this.#unsent !== undefined) {
      const { from, to, outcome } = this.#unsent;
      const lines = from === to ? `line ${from}` : `lines ${from} to ${to}`;
      const how = outcome === "refused" ? "were not accepted" : "may have been accepted";
      process.stderr.write(`the events of ${lines} ${how}\n`);
    }
    if (this.stored === 0) return;
    const known = this.#known === 0 ? "" : `, ${this.#known} of them known before`;
    this.#say(
      `${this.stored} ${this.stored === 1 ? "event" : "events"} accepted${known}, the last one of line ${this.#lastLine}`,
    );
  }

  #count(sent: Sent): void {
    switch (sent.outcome) {
      case "accepted":
      case "known":
        this.stored += 1;
        this.#known += sent.outcome === "known" ? 1 : 0;
        this.#lastLine = sent.line;
        return;
      case "invalid":
        this.#invalid.add(sent.line, sent.problem);
        return;
      case "unknown":
      case "refused":
        this.failure ??= sent.error;
        this.#unsent ??= { from: sent.line, to: sent.line, outcome: sent.outcome };
        this.#unsent.to = sent.line;
        return;
    }
  }
}

const jsonOf = (sent: Sent): string => {
  const { line, outcome: status } = sent;
  switch (sent.outcome) {
    case "accepted":
    case "known":
      return jsonLine({ key: sent.key, line, status });
    case "invalid":
      return jsonLine({ line, status, at: sent.problem.at, message: sent.problem.message });
    case "unknown":
    case "refused":
      return jsonLine({ id: sent.id, line, status, message: sent.error.message });
  }
};
