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
          {team.invitations !== null && (
            <section aria-labelledby="invitations-title">
              <h2 id="invitations-title">Invitations</h2>
              {team.invitations.length === 0 && <p className="quiet">No invitation is pending.</p>}
              <ul>
                {team.invitations.map((invitation) => (
                  <li key={invitation.id}>
                    {invitation.email ?? 'Whoever has the link'}{' '}
                    <span className="quiet">
                      {invitation.role.toLowerCase()} · until{' '}
                      {new Date(invitation.expiresAt).toLocaleString()}
                    </span>{' '}
                    <button
                      type="button"
                      onClick={() => {
                        withdraw(invitation);
                      }}
                    >
                      Revoke
                    </button>
                  </li>
                ))}
              </ul>
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
