import type { Weakness } from "./weakness.ts";

export const serverVersion: Weakness = {
  id: "server-version",
  gives: "The exact version of the server, to be compared with lists of known vulnerabilities.",
  headers: {
    main: { server: "Apache/2.4.41 (Ubuntu)" },
    blog: { server: "Apache/2.4.41 (Ubuntu)", "x-powered-by": "PHP/7.4.3" },
    api: { server: "Werkzeug/2.0.1 Python/3.8.10" },
  },
};
