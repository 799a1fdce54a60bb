import { useEffect, useState } from 'react';
import { ActionForm } from '../../forms/ActionForm';
import { Field } from '../../forms/Field';
import { RegistrationForm } from '../../forms/RegistrationForm';
import { signIn } from '../../session/session';
import { useSession } from '../../session/useSession';
import { asksForCode, atCode, codeOf } from './code';
import { nextPage } from './next';
import './signIn.css';

/** The page that signs a person in, or registers one. */
export function Entrance({ registers }: { registers: boolean }) {
  const signedIn = useSession() !== null;
  const { search, origin } = window.location;
  useEffect(() => {
    if (signedIn) window.location.replace(nextPage(search, origin));
  }, [signedIn, search, origin]);
  return (
    <main className="page entrance">
      <h1>{registers ? 'Create your workspace' : 'Sign in'}</h1>
      {registers ? <RegistrationForm action="Create workspace" /> : <SignInForm />}
      <p className="quiet">
        {registers ? (
          <>
            Already registered? <a href={`/sign-in${search}`}>Sign in</a>
          </>
        ) : (
          <>
            New here? <a href={`/register${search}`}>Create a workspace</a>
          </>
        )}
      </p>
    </main>
  );
}

function SignInForm() {
  // Once the server has asked for a code in addition to the password.
  const [needsCode, setNeedsCode] = useState(false);
  const act = async (text: (name: string) => string) => {
    const given = { email: text('email'), password: text('password'), ...codeOf(text('code')) };
    const answer = await signIn(given);
    if (!asksForCode(answer)) return atCode(answer);
    setNeedsCode(true);
    return [];
  };
  return (
    <ActionForm action="Sign in" fields={['email', 'password', 'code']} act={act}>
      {(problems) => (
        <>
          <Field name="email" label="Email" type="email" autoComplete="username" problems={problems} />
          <Field
            name="password"
            label="Password"
            type="password"
            autoComplete="current-password"
            problems={problems}
          />
          {needsCode && (
            <Field
              name="code"
              label="Code from your app, or a recovery code"
              autoComplete="one-time-code"
              autoFocus
              problems={problems}
            />
          )}
        </>
      )}
    </ActionForm>
  );
}
