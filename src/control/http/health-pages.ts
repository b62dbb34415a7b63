import type { Store } from "../../store/index.ts";
import { clusterSpace } from "../../cluster/index.ts";
import type { Page } from "./http-door.ts";

const page = (status: number, body: string): Page => ({ status, type: "text/plain; charset=utf-8", body: `${body}\n` });

/** The process lives and answers. */
export const healthPage = (): Promise<Page> => Promise.resolve(page(200, "ok"));

/** The node is a member, not draining, and its store answers. */
export const readyPage = async (serving: boolean, store: Store): Promise<Page> => {
  if (!serving) return page(503, "not serving");
  try {
    await store.space(clusterSpace).revision();
    return page(200, "ready");
  } catch {
    return page(503, "the store does not answer");
  }
};
