import type { Store } from "../../store/index.ts";
import { clusterSpace } from "../../cluster/index.ts";
import type { Page } from "./http-door.ts";

const page = (status: number, body: string): Page => ({ status, type: "text/plain; charset=utf-8", body: `${body}\n` });

/** The process lives and answers. */
export const healthPage = (): Promise<Page> => Promise.resolve(page(200, "ok"));

/**
 * Makes the page that says whether the node is a member, not draining, and its store answers. Everybody may ask: the store is asked once
 * at a time, for all who wait.
 */
export const readyPages = (serving: () => boolean, store: Store): (() => Promise<Page>) => {
  const ask = async (): Promise<boolean> => {
    try {
      await store.space(clusterSpace).revision();
      return true;
    } catch {
      return false;
    }
  };
  let asked: Promise<boolean> | undefined;
  const storeAnswers = (): Promise<boolean> => (asked ??= ask().finally(() => (asked = undefined)));
  return async () => {
    if (!serving()) return page(503, "not serving");
    return (await storeAnswers()) ? page(200, "ready") : page(503, "the store does not answer");
  };
};
