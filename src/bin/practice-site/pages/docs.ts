import { families, guides } from "../company.ts";
import { escapeHtml, linkList, paragraphs } from "../html.ts";
import type { Page } from "./page.ts";

const environmentExample = `DB_HOST=localhost
DB_PASSWORD=your-password-here
APP_KEY=base64:put-your-key-here`;

/** The manuals: five guides for each family of instruments, and the notes for operators of the logger server. */
export const docsPages: readonly Page[] = [
  {
    path: "/docs/",
    title: "Manuals",
    content: linkList([
      ...families.map((family) => [`/docs/${family.slug}/`, `${family.name} manual`] as const),
      ["/docs/logger-server/environment", "Logger server: the .env file"],
      ["/docs/logger-server/backup", "Logger server: backups"],
    ]),
  },
  ...families.map((family) => ({
    path: `/docs/${family.slug}/`,
    title: `${family.name} manual`,
    content: linkList(guides.map((guide) => [`/docs/${family.slug}/${guide.slug}`, guide.name])),
  })),
  ...families.flatMap((family) =>
    guides.map((guide) => ({
      path: `/docs/${family.slug}/${guide.slug}`,
      title: `${family.name}: ${guide.name.toLowerCase()}`,
      content: paragraphs(
        guide.step,
        `The ${family.name.toLowerCase()} measures ${family.measures} in ${family.unit}.`,
      ),
    })),
  ),
  {
    path: "/docs/logger-server/environment",
    title: "Logger server: the .env file",
    content: `${paragraphs("Put a file .env beside the program. Never serve it to the web.")}
<pre>
${escapeHtml(environmentExample)}
</pre>`,
  },
  {
    path: "/docs/logger-server/backup",
    title: "Logger server: backups",
    content: `${paragraphs("Write a dump every night and keep it off the web root:")}
<pre>
mysqldump logger &gt; backup.sql
-- MySQL dump 10.13 is the first line of a good file
CREATE TABLE and INSERT INTO follow.
</pre>`,
  },
];
