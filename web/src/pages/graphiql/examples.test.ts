import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { apiPages } from './apiPages';
import { exampleNamed, pagesOf } from './examples';
import { welcome } from './welcome';

const first = `# Start

| [b.md](b.md) | [c.md](c.md) | [x](https://example.com/x.md) |

\`\`\`graphql
query One($n: Int) {
  a(n: $n)
}
\`\`\`

\`\`\`json variables
{ "n": 1 }
\`\`\`

\`\`\`json answer
{ "data": { "a": 1 } }
\`\`\`

\`\`\`json variables
{ "n": 2 }
\`\`\`
`;

test('the operations of a page have their first variables, and pages come in the order of the first one', () => {
  const files = {
    '../docs/c.md': '# C\n```graphql\nmutation Three {\n  c\n}\n```\n',
    '../docs/README.md': first,
    '../docs/b.md': '# B\n```sh\ncurl http://127.0.0.1\n```\n',
  };
  expect(pagesOf(files)).toEqual([
    {
      title: 'Start',
      examples: [{ name: 'One', query: 'query One($n: Int) {\n  a(n: $n)\n}\n', variables: '{ "n": 1 }\n' }],
    },
    { title: 'C', examples: [{ name: 'Three', query: 'mutation Three {\n  c\n}\n', variables: '' }] },
  ]);
});

test('the pages for users of the API have operations, each with a name of its own', () => {
  const examples = apiPages.flatMap((page) => page.examples);
  for (const { name, query, variables } of examples) {
    const [operation, ...others] = parse(query).definitions;
    expect(others).toEqual([]);
    expect(operation).toMatchObject({ kind: 'OperationDefinition', name: { value: name } });
    if (variables === '') continue;
    const given: unknown = JSON.parse(variables);
    expect(given).toBeTypeOf('object');
  }
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  expect(examples.length).toBeGreaterThan(10);
});

test('the editor greets with a query, which the pages show', () => {
  const [operation, ...others] = parse(welcome).definitions;
  expect(others).toEqual([]);
  expect(operation).toMatchObject({ kind: 'OperationDefinition', operation: 'query' });
  expect(welcome.endsWith(exampleNamed(apiPages, 'Welcome')?.query ?? 'missing')).toBe(true);
});
