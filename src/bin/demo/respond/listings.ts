import type { EventRecord, GarrisonClient, PageOptions, Run } from "../../../client/index.ts";

const pageSize = 1_000;

const everyPage = async <Item>(
  ask: (options: PageOptions) => Promise<{ readonly items: readonly Item[]; readonly nextPageToken: string }>,
): Promise<readonly Item[]> => {
  const all: Item[] = [];
  let pageToken = "";
  do {
    const page = await ask({ pageSize, pageToken });
    all.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return all;
};

/** All events of a source. */
export const eventsOf = async ({ events }: GarrisonClient, source: string): Promise<readonly EventRecord[]> => {
  const all = await everyPage(async (options) => {
    const { events: items, nextPageToken } = await events.list(options);
    return { items, nextPageToken };
  });
  return all.filter(({ key }) => key.startsWith(`${source}/`));
};

/** All runs that events of a source have started. */
export const runsOf = async ({ runs }: GarrisonClient, source: string): Promise<readonly Run[]> => {
  const all = await everyPage(async (options) => {
    const { runs: items, nextPageToken } = await runs.list(options);
    return { items, nextPageToken };
  });
  return all.filter(({ event }) => event.startsWith(`${source}/`));
};
