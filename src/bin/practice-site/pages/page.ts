import { company } from "../company.ts";
import { escapeHtml } from "../html.ts";

/** One page that a visitor reaches by links. `content` is HTML that stands inside `<main>`. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly content: string;
}

const sections: readonly (readonly [path: string, label: string])[] = [
  ["/", "Home"],
  ["/shop/", "Shop"],
  ["/blog/", "Blog"],
  ["/docs/", "Manuals"],
  ["/staff/", "Staff"],
];

/** The whole document of a page; `head` is HTML that its application adds to `<head>`. */
export const renderPage = (page: Page, head: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(page.title)} – ${escapeHtml(company.name)}</title>
${head === "" ? "" : `${head}\n`}<link rel="stylesheet" href="/assets/site.css">
</head>
<body>
<header>
<nav>
${sections.map(([path, label]) => `<a href="${path}">${label}</a>`).join("\n")}
</nav>
</header>
<main>
<h1>${escapeHtml(page.title)}</h1>
${page.content}
</main>
<footer><p>${escapeHtml(company.name)}, ${company.town}, since ${company.founded}</p></footer>
</body>
</html>
`;
