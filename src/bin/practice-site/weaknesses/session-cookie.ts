import type { Weakness } from "./weakness.ts";

export const sessionCookie: Weakness = {
  id: "session-cookie",
  gives: "A script in the page can read the session and send it away.",
  headers: { shop: { "set-cookie": "connect.sid=s%3Apractice; Path=/shop" } },
};
