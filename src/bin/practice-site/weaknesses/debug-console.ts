import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

/** The page of the console only: there is nothing behind it that would run an expression. */
const page = `<!doctype html>
<html lang=en>
  <head>
    <title>Console // Werkzeug Debugger</title>
    <script>
      var CONSOLE_MODE = true,
          EVALEX = true,
          EVALEX_TRUSTED = true,
          SECRET = "practice-only";
    </script>
  </head>
  <body><h1>Interactive Console</h1></body>
</html>
`;

export const debugConsole: Weakness = {
  id: "debug-console",
  gives: "Code of the visitor runs on the server.",
  routes: { "/api/console": () => html(page) },
};
