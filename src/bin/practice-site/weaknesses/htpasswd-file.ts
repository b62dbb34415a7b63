import { text } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

export const htpasswdFile: Weakness = {
  id: "htpasswd-file",
  gives: "Password hashes that can be guessed off line.",
  routes: { "/staff/.htpasswd": () => text("intranet:$apr1$practice$notarealhashatall0000/\n") },
};
