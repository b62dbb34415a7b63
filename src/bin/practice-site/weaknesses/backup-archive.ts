import type { Weakness } from "./weakness.ts";

/** A zip archive with one stored, empty file `shop/README`. */
const archive = Buffer.from(
  "504b03040a0000000000000021000000000000000000000000000b00000073686f702f524541444d45" +
    "504b01021e030a0000000000000021000000000000000000000000000b0000000000000000000000a4810000000073686f702f524541444d45" +
    "504b0506000000000100010039000000290000000000",
  "hex",
);

export const backupArchive: Weakness = {
  id: "backup-archive",
  gives: "A copy of the site with its source and settings.",
  routes: {
    "/shop/backup.zip": () => ({ status: 200, headers: { "content-type": "application/zip" }, body: archive }),
  },
};
