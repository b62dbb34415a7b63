import { actuatorEnv } from "./actuator-env.ts";
import { backupArchive } from "./backup-archive.ts";
import { configBackup } from "./config-backup.ts";
import { corsReflection } from "./cors-reflection.ts";
import { debugConsole } from "./debug-console.ts";
import { defaultLogin } from "./default-login.ts";
import { directoryListing } from "./directory-listing.ts";
import { dotenvFile } from "./dotenv-file.ts";
import { dsStore } from "./ds-store.ts";
import { generatorTag } from "./generator-tag.ts";
import { gitConfig } from "./git-config.ts";
import { graphqlIntrospection } from "./graphql-introspection.ts";
import { htpasswdFile } from "./htpasswd-file.ts";
import { installPage } from "./install-page.ts";
import { logFile } from "./log-file.ts";
import { openRedirect } from "./open-redirect.ts";
import { openapiDocument } from "./openapi-document.ts";
import { outdatedLibrary } from "./outdated-library.ts";
import { packageManifest } from "./package-manifest.ts";
import { pathTraversal } from "./path-traversal.ts";
import { phpinfoPage } from "./phpinfo-page.ts";
import { reflectedInput } from "./reflected-input.ts";
import { robotsFile } from "./robots-file.ts";
import { securityHeaders } from "./security-headers.ts";
import { serverStatus } from "./server-status.ts";
import { serverVersion } from "./server-version.ts";
import { sessionCookie } from "./session-cookie.ts";
import { sqlDump } from "./sql-dump.ts";
import { stackTrace } from "./stack-trace.ts";
import { svnEntries } from "./svn-entries.ts";
import { templateInjection } from "./template-injection.ts";
import type { Weakness } from "./weakness.ts";

/** Every weakness of the practice website. */
export const weaknesses: readonly Weakness[] = [
  actuatorEnv,
  backupArchive,
  configBackup,
  corsReflection,
  debugConsole,
  defaultLogin,
  directoryListing,
  dotenvFile,
  dsStore,
  generatorTag,
  gitConfig,
  graphqlIntrospection,
  htpasswdFile,
  installPage,
  logFile,
  openRedirect,
  openapiDocument,
  outdatedLibrary,
  packageManifest,
  pathTraversal,
  phpinfoPage,
  reflectedInput,
  robotsFile,
  securityHeaders,
  serverStatus,
  serverVersion,
  sessionCookie,
  sqlDump,
  stackTrace,
  svnEntries,
  templateInjection,
];
