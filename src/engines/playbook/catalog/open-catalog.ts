import { CatalogFiles } from "./catalog-files.ts";
import type { CatalogSetup } from "./catalog-setup.ts";

/**
 * Reads folders of playbooks and bindings and follows their changes. Whoever opens it closes it. A file, or a whole folder, that cannot
 * be used is a problem of the catalog, never an error.
 */
export const openCatalog = (setup: CatalogSetup): Promise<CatalogFiles> => CatalogFiles.open(setup);
