import type { Quiesced, RespondMessage } from "../../../actors/respond/index.ts";
import { KernelError, type Address, type Logger } from "../../../kernel/index.ts";

/** How long steps that are under way when the node ends may take: what lasts longer is ended with its process. */
const quiesceMs = 10_000;

/** Lets the steps under way end before `/respond` is stopped; no other begins. Resolves when none is, or when they have had their time. */
export const quiesceRuns = async (respond: Address<RespondMessage>, log: Logger): Promise<void> => {
  try {
    await respond.ask<Quiesced>((replyTo) => ({ type: "quiesce", replyTo }), quiesceMs);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    log.warn({ err: error }, "steps are under way while the node ends: their processes are ended");
  }
};
