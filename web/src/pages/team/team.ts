import { ask, type UserError } from '../../api/graphql';
import { command } from '../../session/command';
import { accessToken } from '../../session/session';

/** What a member may do, from the most to the least. */
export const ROLES = ['OWNER', 'ADMIN', 'EDITOR', 'VIEWER'] as const;
export type Role = (typeof ROLES)[number];

export interface Member {
  role: Role;
  user: { id: string; name: string; email: string };
}

export interface Invitation {
  id: string;
  role: Role;
  /** The only user who may accept it; `null`: whoever has the link. */
  email: string | null;
  expiresAt: string;
}

/** The workspace's members; `invitations` is `null` for a member who may not invite. */
export interface Team {
  name: string;
  role: Role;
  members: Member[];
  invitations: Invitation[] | null;
}

const MEMBERS = `{ viewer { workspace { name role members(first: 100) { nodes {
  role user { id name email } } } } } }`;
const INVITATIONS = `{ viewer { workspace { invitations(first: 100) { nodes {
  id role email expiresAt } } } } }`;

interface Nodes<Item> {
  nodes: Item[];
}

/** Whether a member of this role may invite others. */
export function mayInvite(role: Role): boolean {
  return role === 'OWNER' || role === 'ADMIN';
}

/** The roles that a member may invite others as: only owners invite owners. */
export function rolesToOffer(role: Role): readonly Role[] {
  return ROLES.filter((offered) => offered !== 'OWNER' || role === 'OWNER');
}

/** Asks for the default workspace's team; `null`: the user belongs to none. */
export async function whoIsHere(): Promise<Team | null> {
  const token = (await accessToken()) ?? undefined;
  const { viewer } = await ask<{
    viewer: { workspace: { name: string; role: Role; members: Nodes<Member> } | null };
  }>(MEMBERS, {}, token);
  if (viewer.workspace === null) return null;
  const { name, role, members } = viewer.workspace;
  if (!mayInvite(role)) return { name, role, members: members.nodes, invitations: null };
  const pending = await ask<{ viewer: { workspace: { invitations: Nodes<Invitation> | null } | null } }>(
    INVITATIONS,
    {},
    token,
  );
  const invitations = pending.viewer.workspace?.invitations?.nodes ?? [];
  return { name, role, members: members.nodes, invitations };
}

/** Makes an invitation; the link is shown once. An empty `email` binds it to nobody. */
export async function invite(
  role: string,
  email: string,
): Promise<{ userErrors: UserError[]; link: string | null }> {
  const { createInvitation } = await command<{
    createInvitation: { link: string | null; userErrors: UserError[] };
  }>(
    'mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { link userErrors { message path } } }',
    { role, email: email.trim() === '' ? null : email.trim() },
  );
  return createInvitation;
}

/** Revokes a pending invitation. */
export async function revoke(id: string): Promise<UserError[]> {
  const { revokeInvitation } = await command<{ revokeInvitation: { userErrors: UserError[] } }>(
    'mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { userErrors { message path } } }',
    { id },
  );
  return revokeInvitation.userErrors;
}
