-- Nobody becomes a member of a workspace without accepting an invitation.
create table invitations (
  id integer primary key autoincrement,
  workspace_id integer not null references workspaces (id) on delete cascade,
  -- SHA-256 of the token in the link, which is shown once.
  token_hash text not null unique,
  role text not null check (role in ('owner', 'admin', 'editor', 'viewer')),
  -- Where only the user of this address may accept it: as it was written, and in the form that is compared.
  email text,
  email_key text,
  invited_by integer not null references users (id),
  created_at integer not null,
  expires_at integer not null,
  accepted_at integer,
  accepted_by integer references users (id),
  revoked_at integer
);
create index invitations_newest on invitations (workspace_id, created_at, id);
-- Erasure looks for a person's address.
create index invitations_email on invitations (email_key) where email_key is not null;
