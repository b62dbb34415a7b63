import { text } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

/** What a server without care would read from disk. Here it is only this text. */
const pretendPasswd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
`;

export const pathTraversal: Weakness = {
  id: "path-traversal",
  gives: "Any file that the server may read.",
  routes: {
    "/docs/download": (request) => {
      const file = request.query.get("file");
      if (file === null) return undefined;
      return /^(\.\.\/)+etc\/passwd$/.test(file) ? text(pretendPasswd) : text("No such manual.\n", 404);
    },
  },
};
