import { useCallback, useEffect, useState } from 'react';
import { SignedIn } from '../../session/SignedIn';
import { InviteForm } from './InviteForm';
import { revoke, whoIsHere, type Invitation, type Team } from './team';

/** `/team`: who belongs to the workspace, and who is invited. */
export default function TeamPage() {
  return (
    <SignedIn>
      <h1>Team</h1>
      <Sections />
    </SignedIn>
  );
}

function Sections() {
  const [team, setTeam] = useState<Team | null>(null);
  const [problem, setProblem] = useState('');
  const attempt = useCallback((act: () => Promise<void>) => {
    act().catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  }, []);
  const load = useCallback(async () => {
    const found = await whoIsHere();
    setTeam(found);
    setProblem(found === null ? 'You belong to no workspace. Ask an admin for an invitation.' : '');
  }, []);
  useEffect(() => {
    attempt(load);
  }, [attempt, load]);
  const withdraw = (invitation: Invitation) => {
    attempt(async () => {
      const [error] = await revoke(invitation.id);
      await load();
      if (error !== undefined) setProblem(error.message);
    });
  };
  return (
    <>
      <p className="problem" role="alert">
        {problem}
      </p>
      {team !== null && (
        <>
          <Members team={team} />
          {team.invitations !== null && (
            <section aria-labelledby="invitations-title">
              <h2 id="invitations-title">Invitations</h2>
              <Pending invitations={team.invitations} onRevoke={withdraw} />
              <InviteForm
                role={team.role}
                onInvite={() => {
                  attempt(load);
                }}
              />
            </section>
          )}
        </>
      )}
    </>
  );
}

function Members({ team }: { team: Team }) {
  return (
    <section aria-labelledby="members-title">
      <h2 id="members-title">Members of {team.name}</h2>
      <ul>
        {team.members.map(({ role, user }) => (
          <li key={user.id}>
            {user.name}{' '}
            <span className="quiet">
              {user.email} · {role.toLowerCase()}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PendingProps {
  invitations: Invitation[];
  onRevoke: (invitation: Invitation) => void;
}

function Pending({ invitations, onRevoke }: PendingProps) {
  if (invitations.length === 0) return <p className="quiet">No invitation is pending.</p>;
  return (
    <ul>
      {invitations.map((invitation) => (
        <li key={invitation.id}>
          {invitation.email ?? 'Whoever has the link'}{' '}
          <span className="quiet">
            {invitation.role.toLowerCase()} · until {new Date(invitation.expiresAt).toLocaleString()}
          </span>{' '}
          <button
            type="button"
            onClick={() => {
              onRevoke(invitation);
            }}
          >
            Revoke
          </button>
        </li>
      ))}
    </ul>
  );
}
