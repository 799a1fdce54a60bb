/** An operation of a page for users of the API. */
export interface Example {
  name: string;
  query: string;
  /** JSON, with `<name>` for what an earlier answer shows; empty where there are none. */
  variables: string;
}

/** The operations of one page. */
export interface ExamplePage {
  title: string;
  examples: Example[];
}

/** The page that lists the others. */
const FIRST = 'README.md';

/** The operations of pages in Markdown, by their paths: in the order in which the first page lists the others. */
export function pagesOf(files: Readonly<Record<string, string>>): ExamplePage[] {
  const texts = new Map(
    Object.entries(files).map(([path, text]) => [path.slice(path.lastIndexOf('/') + 1), text] as const),
  );
  const links = (texts.get(FIRST) ?? '').matchAll(/\]\(([\w-]+\.md)\)/g);
  const names = [FIRST, ...Array.from(links, ([, name = '']) => name)];
  return names.map((name) => pageOf(texts.get(name) ?? '')).filter(({ examples }) => examples.length > 0);
}

/** The operation with this name. */
export function exampleNamed(pages: readonly ExamplePage[], name: string): Example | undefined {
  return pages.flatMap(({ examples }) => examples).find((example) => example.name === name);
}

// Variables that follow another answer send the operation once more: an example has the first ones.
function pageOf(markdown: string): ExamplePage {
  const examples: Example[] = [];
  for (const [, kind, text = ''] of markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)) {
    const last = examples.at(-1);
    if (kind === 'graphql') examples.push({ name: nameOf(text), query: text, variables: '' });
    else if (kind === 'json variables' && last?.variables === '') last.variables = text;
  }
  return { title: /^# (.+)$/m.exec(markdown)?.[1] ?? '', examples };
}

function nameOf(operation: string): string {
  return /^(?:query|mutation|subscription) (\w+)/m.exec(operation)?.[1] ?? '';
}
