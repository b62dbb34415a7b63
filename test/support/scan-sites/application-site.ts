import {
  type Answer,
  httpSite,
  type HttpSiteOptions,
  type SeenRequest,
} from "../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../unit/engines/scan/key-cases/sites.ts";
import { type Outside, startOutside } from "./outside.ts";

/** A website that contacts others because of what it is asked. */
export const applicationSite = (
  answer: (request: SeenRequest, outside: Outside) => Promise<Answer>,
  options?: HttpSiteOptions,
): Site => ({
  open: async (servers) => {
    const outside = await servers.get(startOutside);
    return httpSite((request) => answer(request, outside), options).open(servers);
  },
});
