import { company, seasons, type Topic, topics, years } from "../company.ts";
import { linkList, paragraphs } from "../html.ts";
import type { Page } from "./page.ts";

interface Post {
  readonly topic: Topic;
  readonly year: number;
  readonly season: string;
}

const posts: readonly Post[] = years.flatMap((year) =>
  seasons.flatMap((season) => topics.map((topic) => ({ topic, year, season }))),
);

const postPath = ({ topic, year, season }: Post): string => `/blog/${String(year)}/${season}/${topic.slug}`;
const postTitle = ({ topic, year, season }: Post): string => `${topic.name}: notes from ${season} ${String(year)}`;
const postLinks = (wanted: (post: Post) => boolean): string =>
  linkList(posts.filter(wanted).map((post) => [postPath(post), postTitle(post)]));

/** The blog: a post for each topic and season, an overview a topic and one a year. */
export const blogPages: readonly Page[] = [
  {
    path: "/blog/",
    title: "Blog",
    content: linkList([
      ...years.map((year) => [`/blog/${String(year)}/`, `All of ${String(year)}`] as const),
      ...topics.map((topic) => [`/blog/topic/${topic.slug}`, topic.name] as const),
    ]),
  },
  ...years.map((year) => ({
    path: `/blog/${String(year)}/`,
    title: `Posts of ${String(year)}`,
    content: postLinks((post) => post.year === year),
  })),
  ...topics.map((topic) => ({
    path: `/blog/topic/${topic.slug}`,
    title: `Posts about ${topic.name.toLowerCase()}`,
    content: paragraphs(topic.line) + postLinks((post) => post.topic === topic),
  })),
  ...posts.map((post, at) => ({
    path: postPath(post),
    title: postTitle(post),
    content: paragraphs(
      post.topic.line,
      `In the ${post.season} of ${String(post.year)} we looked at ${post.topic.name.toLowerCase()} once more.`,
      `This is note number ${String(at + 1)} of the ${company.name} blog.`,
    ),
  })),
];
