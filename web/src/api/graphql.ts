/** A validation error: what to fix in an input. `path` names the field, from the input's root on. */
export interface UserError {
  message: string;
  /** For programs, where it was asked for. */
  code?: string;
  path: string[];
}

/** An answer without data: the server's words, or that there was no answer. */
export class ApiError extends Error {
  /** `extensions.code` of the first error; empty where the server did not answer. */
  readonly code: string;

  constructor(message: string, code = '') {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Runs a query or a mutation by POST, signed in with `token` where there is one. */
export async function ask<Data>(
  query: string,
  variables: Record<string, unknown>,
  token?: string,
  post: typeof fetch = fetch,
): Promise<Data> {
  const headers = new Headers({
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
  });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  let answer: Answer<Data>;
  try {
    const response = await post('/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    answer = (await response.json()) as Answer<Data>;
  } catch {
    throw new ApiError('The server does not answer. Try again in a moment.');
  }
  const [error] = answer.errors ?? [];
  if (error !== undefined) throw new ApiError(error.message, error.extensions?.code);
  if (answer.data === undefined || answer.data === null) throw new ApiError('The server sent no data.');
  return answer.data;
}
