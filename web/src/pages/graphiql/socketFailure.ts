/** What each close code asks of the person at the editor. Codes: graphql-transport-ws. */
const advice: Readonly<Record<number, string>> = {
  4400: 'The server did not understand the message.',
  4401: 'Not signed in: put {"Authorization": "Bearer <accessToken>"} into the Headers editor.',
  4403: 'The token is not accepted: it is wrong or has expired.',
  4408: 'The connection was not set up in time.',
  4409: 'This subscription already runs.',
  4429: 'Too many connections or requests: wait a little.',
};

/** An error that says in words why a subscription ended, for what the WebSocket client reports. */
export function socketFailure(cause: unknown): Error {
  if (cause instanceof Error) return cause;
  if (isClose(cause)) {
    const words = [advice[cause.code] ?? 'The connection was lost.', cause.reason].filter(
      (word) => word !== '',
    );
    return new Error(`${words.join(' ')} (close code ${String(cause.code)})`, { cause });
  }
  if (Array.isArray(cause)) return new Error(cause.map(messageOf).join('\n'), { cause });
  return new Error('The connection failed.', { cause });
}

// A structural check: `CloseEvent` is a class of the browser and does not exist where the tests run.
function isClose(value: unknown): value is { code: number; reason: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'number' &&
    'reason' in value &&
    typeof value.reason === 'string'
  );
}

function messageOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return known && typeof error.message === 'string' ? error.message : 'Unknown error.';
}
