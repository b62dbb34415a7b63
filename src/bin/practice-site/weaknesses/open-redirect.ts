import { redirect } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

export const openRedirect: Weakness = {
  id: "open-redirect",
  gives: "A link that looks like this site and leads elsewhere.",
  routes: {
    "/go": (request) => {
      const target = request.query.get("url");
      return target === null ? undefined : redirect(target);
    },
  },
};
