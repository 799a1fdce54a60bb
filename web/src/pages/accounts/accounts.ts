import type { UserError } from '../../api/graphql';
import { command } from '../../session/command';

/** An account as the page shows it. */
export interface Account {
  id: string;
  name: string;
  platform: string;
  status: 'ACTIVE' | 'RECONNECT_REQUIRED' | 'DISCONNECTED' | 'ERROR';
  health: { problems: string[] };
}

/** What the page shows. */
export interface Overview {
  accounts: { nodes: Account[] };
  networks: { platform: string; name: string; mode: 'LIVE' | 'SIMULATION' }[];
}

export const OVERVIEW = `{
  accounts(first: 100) { nodes { id name platform status health { problems } } }
  networks { platform name mode }
}`;

interface Consent {
  authorizeUrl: string | null;
  userErrors: UserError[];
}

/** Sends the person to a network's consent, which returns to this page. */
export async function connect(platform: string): Promise<void> {
  const { startAccountConnection } = await command<{ startAccountConnection: Consent }>(
    'mutation ($input: StartAccountConnectionInput!) { startAccountConnection(input: $input) { authorizeUrl userErrors { message path } } }',
    { platform },
  );
  leaveFor(startAccountConnection);
}

/** The same for an account that is there, whose token is no longer good. */
export async function reconnect(accountId: string): Promise<void> {
  const { reconnectAccount } = await command<{ reconnectAccount: Consent }>(
    'mutation ($input: ReconnectAccountInput!) { reconnectAccount(input: $input) { authorizeUrl userErrors { message path } } }',
    { accountId },
  );
  leaveFor(reconnectAccount);
}

function leaveFor({ authorizeUrl, userErrors }: Consent): void {
  refuse(userErrors);
  if (authorizeUrl !== null) window.location.assign(authorizeUrl);
}

/** Forgets an account's tokens; its scheduled posts are cancelled. */
export async function disconnect(accountId: string): Promise<void> {
  const { disconnectAccount } = await command<{ disconnectAccount: { userErrors: UserError[] } }>(
    'mutation ($input: DisconnectAccountInput!) { disconnectAccount(input: $input) { userErrors { message path } } }',
    { accountId },
  );
  refuse(disconnectAccount.userErrors);
}

function refuse(userErrors: UserError[]): void {
  if (userErrors.length > 0) throw new Error(userErrors.map(({ message }) => message).join(' '));
}
