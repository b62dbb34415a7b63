import { request } from "node:http";

/** `refused`: no guard has seen it. `unanswered`: nobody knows whether one has. */
export type Outcome = "served" | "denied" | "refused" | "unanswered";

const answerMs = 10_000;

/** 503: a front end without a table. */
const outcomeOf = (status: number | undefined): Outcome => {
  if (status === 429) return "denied";
  return status === 503 ? "refused" : "served";
};

/**
 * Sends one request over a connection of its own.
 * @param from address of this host that it comes from, in 127.0.0.0/8
 */
export const send = (method: "GET" | "POST", url: string, from: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const sent = request(url, { method, localAddress: from, agent: false, timeout: answerMs }, (response) => {
      response.resume();
      resolve(outcomeOf(response.statusCode));
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ECONNREFUSED" ? "refused" : "unanswered");
    });
    sent.end();
  });
