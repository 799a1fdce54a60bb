import { useEffect, useState } from 'react';
import { ActionForm } from '../../forms/ActionForm';
import { RegistrationForm } from '../../forms/RegistrationForm';
import { useSession } from '../../session/useSession';
import { accept, forgetToken, offerOf, tokenOf, type Offer } from './invitation';

const INVALID = 'This invitation is not valid: it was used or revoked, or has expired. Ask for a new one.';

/** `/invitation#<token>`: joins a workspace, as a user who is signed in or as a new one. */
export default function InvitationPage() {
  const [token] = useState(() => tokenOf(window.location.hash, sessionStorage));
  const [offer, setOffer] = useState<Offer | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    offerOf(token).then(
      (found) => {
        setOffer(found);
        setProblem(found === null ? INVALID : '');
      },
      (error: unknown) => {
        setProblem(error instanceof Error ? error.message : String(error));
      },
    );
  }, [token]);
  return (
    <main className="page entrance">
      <h1>Invitation</h1>
      <p className="problem" role="alert">
        {problem}
      </p>
      {offer !== null && (
        <>
          <p>
            You are invited to join <strong>{offer.workspaceName}</strong> as {offer.role.toLowerCase()}.
          </p>
          <Answer token={token} workspace={offer.workspaceName} />
        </>
      )}
    </main>
  );
}

function Answer({ token, workspace }: { token: string; workspace: string }) {
  // Whoever registers here has joined by it: the form stays until the page changes.
  const signedIn = useSession() !== null;
  const [wasSignedIn] = useState(signedIn);
  const [joined, setJoined] = useState(false);
  const done = () => {
    forgetToken(sessionStorage);
    setJoined(true);
  };
  if (joined) {
    return (
      <p role="status">
        You have joined {workspace}. <a href="/activity">Continue</a>
      </p>
    );
  }
  if (wasSignedIn) {
    const act = async () => {
      const problems = await accept(token);
      if (problems.length === 0) done();
      return problems;
    };
    return (
      <ActionForm action="Join" fields={[]} act={act}>
        {() => null}
      </ActionForm>
    );
  }
  return (
    <>
      <p>
        Already registered? <a href="/sign-in?next=%2Finvitation">Sign in</a> to join.
      </p>
      <RegistrationForm action="Create your account and join" invitationToken={token} done={done} />
    </>
  );
}
