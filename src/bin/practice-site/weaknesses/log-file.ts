import { text } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const log = `[12-Mar-2024 08:14:02 UTC] PHP Warning:  Undefined variable $post in /srv/blog/wp-content/themes/fern/single.php on line 27
[12-Mar-2024 08:14:09 UTC] PHP Fatal error:  Uncaught Error: Call to undefined function fern_menu() in /srv/blog/wp-content/themes/fern/header.php:12
`;

export const logFile: Weakness = {
  id: "log-file",
  gives: "Paths, names and errors of the running program.",
  routes: { "/blog/wp-content/debug.log": () => text(log) },
};
