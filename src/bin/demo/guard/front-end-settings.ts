import { z } from "zod";

/** Answered with 200 by the front end itself. */
export const visitPath = "/visit";
/** `POST` with `?account=…`: a login, which fails. */
export const loginPath = "/session";

const rule = z.number().int().min(1).max(65_535);

const settings = z.strictObject({
  /** Shared by all front ends. */
  folder: z.string().min(1),
  /** What stands behind it. */
  site: z.url(),
  /** On 127.0.0.1; 0: a free one. */
  port: z.number().int().min(0).max(65_535),
  /** Numbers of the rules that logins, and all other requests, fall under. */
  logins: rule,
  visits: rule,
  /** So many accesses it may lose when it is killed. */
  foldAccesses: z.number().int().min(1),
});
export type FrontEndSettings = z.infer<typeof settings>;

/** @throws ZodError, SyntaxError */
export const parseFrontEndSettings = (text: string): FrontEndSettings => settings.parse(JSON.parse(text));

/** What a front end tells its parent. `serving`: it has a table, and decides and counts. */
export const frontEndSays = z.discriminatedUnion("event", [
  z.object({ event: z.literal("listening"), port: z.number() }),
  z.object({ event: z.literal("serving") }),
]);
export type FrontEndSays = z.infer<typeof frontEndSays>;
