import { bounds, type Page, type PageRequest } from "../../store/index.ts";

/** Every row of a listing, a page at a time. */
export async function* rowsOf<Row>(page: (request: PageRequest) => Promise<Page<Row>>): AsyncGenerator<Row> {
  let after: string | undefined;
  do {
    const { rows, next } = await page(after === undefined ? { limit: bounds.page } : { limit: bounds.page, after });
    yield* rows;
    after = next;
  } while (after !== undefined);
}
