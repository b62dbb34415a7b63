import type { Site } from "../../unit/engines/scan/key-cases/sites.ts";

/** Sites that are one target, which is that of the first; what they were sent is listed site by site. */
export const joinedSites = (...sites: readonly [Site, ...Site[]]): Site => ({
  open: async (servers) => {
    const [first, ...others] = sites;
    const opened = await first.open(servers);
    const rest = await Promise.all(others.map((site) => site.open(servers)));
    return { ...opened, sent: () => [opened, ...rest].flatMap(({ sent }) => sent()) };
  },
});

/** The same site under another name. */
export const siteNamed = (name: string, site: Site): Site => ({
  open: async (servers) => {
    const opened = await site.open(servers);
    return { ...opened, target: opened.target.replace("127.0.0.1", name) };
  },
});

/** The same site with a target that is made from its own one. */
export const siteAt = (target: (own: string) => string, site: Site): Site => ({
  open: async (servers) => {
    const opened = await site.open(servers);
    return { ...opened, target: target(opened.target) };
  },
});

/** The same site that lists what it was sent in other words. */
export const listedAs = (show: (sent: string) => string, site: Site): Site => ({
  open: async (servers) => {
    const opened = await site.open(servers);
    return { ...opened, sent: () => opened.sent().map(show) };
  },
});

/** The first line of what was sent. */
export const firstLine = (sent: string): string => sent.slice(0, sent.indexOf("\r\n"));
