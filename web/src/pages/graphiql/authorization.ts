/** What `connection_init` carries: the server reads the access token from `Authorization`. */
export interface ConnectionParams extends Record<string, unknown> {
  Authorization?: string;
}

/**
 * The `connection_init` payload for what the headers editor holds.
 *
 * A browser cannot set headers on a WebSocket, so the token travels in the first message. Header names are
 * case-insensitive: any spelling becomes `Authorization`. Other headers stay behind.
 */
export function connectionParams(headers: unknown): ConnectionParams {
  if (typeof headers !== 'object' || headers === null) return {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'authorization' || typeof value !== 'string') continue;
    const token = value.trim();
    if (token !== '') return { Authorization: token };
  }
  return {};
}

/** The headers of the editor, and the web app's session where they name no token themselves. */
export function withSession(
  headers: Record<string, unknown> | undefined,
  accessToken: string | null,
): Record<string, unknown> {
  const named = Object.keys(headers ?? {}).some((name) =>
    ['authorization', 'x-api-key'].includes(name.toLowerCase()),
  );
  return named || accessToken === null
    ? { ...headers }
    : { ...headers, Authorization: `Bearer ${accessToken}` };
}
