/** What the editor opens with. */
export interface Opened {
  initialQuery?: string;
  initialVariables?: string;
}

/**
 * The document and the variables in an address such as `/graphiql?query=...`, to which `/graphql?query=...` leads in a
 * browser. Nothing runs before the user says so.
 */
export function opened(search: string): Opened {
  const parameters = new URLSearchParams(search);
  const [query, variables] = [parameters.get('query'), parameters.get('variables')];
  return {
    ...(query ? { initialQuery: query } : {}),
    ...(query && variables ? { initialVariables: variables } : {}),
  };
}
