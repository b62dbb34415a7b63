import type { ServerResponse } from "node:http";
import { startPlainSite } from "./plain-site.ts";

/** A website whose answers wait until the test lets them go. */
export interface GatedSite {
  readonly url: string;
  /** Paths that were asked for, in their order. */
  readonly asked: () => readonly string[];
  /** Requests whose answers wait. */
  readonly waiting: () => number;
  /** Answers those that wait, and from now on every request at once. */
  open(): void;
  close(): Promise<void>;
}

export const startGatedSite = async (): Promise<GatedSite> => {
  const held: ServerResponse[] = [];
  let isOpen = false;
  const site = await startPlainSite((_, response) => {
    if (isOpen) response.end("ok");
    else held.push(response);
  });
  return {
    url: site.url,
    asked: () => site.seen.map(({ path }) => path),
    waiting: () => held.length,
    open: () => {
      isOpen = true;
      for (const response of held.splice(0)) response.end("ok");
    },
    close: () => site.close(),
  };
};
