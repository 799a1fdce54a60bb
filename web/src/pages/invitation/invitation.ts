import { ask, type UserError } from '../../api/graphql';
import { command } from '../../session/command';

/** What an invitation offers. */
export interface Offer {
  workspaceName: string;
  role: string;
}

/** Where the token is kept in this tab while the user signs in. */
const KEY = 'fanfare.invitation';

/** The token of a link: its fragment, else what this tab has kept of it; empty if there is neither. */
export function tokenOf(hash: string, kept: Storage): string {
  const token = hash.replace(/^#/, '');
  if (token !== '') kept.setItem(KEY, token);
  return token === '' ? (kept.getItem(KEY) ?? '') : token;
}

/** Forgets the token once it is used up. */
export function forgetToken(kept: Storage): void {
  kept.removeItem(KEY);
}

/** What the invitation offers; `null`: it cannot be accepted. */
export async function offerOf(token: string): Promise<Offer | null> {
  const { invitationPreview } = await ask<{ invitationPreview: Offer | null }>(
    'query ($token: String!) { invitationPreview(token: $token) { workspaceName role } }',
    { token },
  );
  return invitationPreview;
}

/** Joins the workspace as the user who is signed in. */
export async function accept(token: string): Promise<UserError[]> {
  const { acceptInvitation } = await command<{ acceptInvitation: { userErrors: UserError[] } }>(
    'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { userErrors { message path } } }',
    { token },
  );
  return acceptInvitation.userErrors;
}
