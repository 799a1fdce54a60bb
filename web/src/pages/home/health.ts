/** What the landing page says of the server: before, with and without an answer of `/health`. */
export type Health = 'asking' | 'healthy' | 'unhealthy' | 'unreachable';

/** The sentence for each state. */
export const healthText: Readonly<Record<Health, string>> = {
  asking: 'Asking the server …',
  healthy: 'The server is healthy.',
  unhealthy: 'The server answers, but reports a fault.',
  unreachable: 'The server does not answer.',
};

/** Asks `/health` once. The status alone counts: its body is for operators' tools. */
export async function askHealth(get: typeof fetch = fetch): Promise<Health> {
  try {
    const response = await get('/health', { cache: 'no-store' });
    return response.ok ? 'healthy' : 'unhealthy';
  } catch {
    return 'unreachable';
  }
}
