import type { Weakness } from "./weakness.ts";

const script = "/* jQuery 1.8.3, left out: only its name and version matter on this site. */\n";

export const outdatedLibrary: Weakness = {
  id: "outdated-library",
  gives: "Known holes of an old script library in every page.",
  head: { shop: '<script src="/shop/static/jquery-1.8.3.min.js"></script>' },
  routes: {
    "/shop/static/jquery-1.8.3.min.js": () => ({
      status: 200,
      headers: { "content-type": "text/javascript; charset=utf-8" },
      body: script,
    }),
  },
};
