import type { MessagePort } from "node:worker_threads";
import { OverBudgetError } from "../../operators/budget.ts";
import { Part } from "../../operators/part.ts";
import { runSearch } from "../job.ts";
import type { SearchReply, SearchRequest } from "./messages.ts";

/** The work of a search thread: answers one request after the other. Its owner ends it when one takes too long. */
export const serveSearches = (port: MessagePort): void => {
  const texts = new Map<number, Part>();
  const reply = (message: SearchReply): void => port.postMessage(message);
  port.on("message", ({ id, job, textId, text, forget }: SearchRequest) => {
    for (const old of forget) texts.delete(old);
    if (text !== undefined) texts.set(textId, new Part(Buffer.from(text.buffer, text.byteOffset, text.byteLength)));
    const part = texts.get(textId);
    if (part === undefined) {
      reply({ id, failed: "the search thread does not have the text" });
      return;
    }
    try {
      reply({ id, answer: runSearch(job, part, () => undefined) });
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      reply(thrown instanceof OverBudgetError ? { id, tooLarge: message } : { id, failed: message });
    }
  });
  reply({ ready: true });
};
