import { randomBytes } from "node:crypto";

/** What one item carries: about 200 bytes of JSON, each another. */
export type Payload = {
  readonly target: string;
  readonly path: string;
  readonly template: string;
  readonly trace: string;
};

/** Random, so that neither side gains from repeated text. */
const trace = randomBytes(48).toString("hex");

export const payload = (at: number): Payload => ({
  target: "http://127.0.0.1:8080/",
  path: `/page/${at}`,
  template: "exposed-config",
  trace: trace.slice(at % 16) + trace.slice(0, at % 16),
});

/** What a handler answers. */
export type Outcome = { readonly findings: number };

/** Both sides await the same handler, which does nothing: the queue is measured. */
export const handle = async (work: Payload): Promise<Outcome> => {
  await Promise.resolve();
  return { findings: work.path.length % 2 };
};
