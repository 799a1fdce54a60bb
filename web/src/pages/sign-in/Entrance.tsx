import { useEffect, useState, type SubmitEvent } from 'react';
import type { UserError } from '../../api/graphql';
import { register, signIn } from '../../session/session';
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
      <EntranceForm registers={registers} />
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

function EntranceForm({ registers }: { registers: boolean }) {
  const [problems, setProblems] = useState<UserError[]>([]);
  const [busy, setBusy] = useState(false);
  // Once the server has asked for a code beside the password.
  const [needsCode, setNeedsCode] = useState(false);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const given = { email: text('email'), password: text('password') };
    setBusy(true);
    try {
      const answer = registers
        ? await register({ ...given, name: text('name') })
        : await signIn({ ...given, ...codeOf(text('code')) });
      const asked = asksForCode(answer);
      if (asked) setNeedsCode(true);
      setProblems(asked ? [] : atCode(answer));
    } catch (error) {
      setProblems([{ message: error instanceof Error ? error.message : String(error), path: [] }]);
    } finally {
      setBusy(false);
    }
  };
  const fields = registers ? ['name', 'email', 'password'] : ['email', 'password', 'code'];
  const general = problems.filter(({ path }) => !fields.includes(path.at(-1) ?? ''));
  return (
    <form onSubmit={(event) => void submit(event)}>
      {registers && <Field name="name" label="Your name" autoComplete="name" problems={problems} />}
      <Field name="email" label="Email" type="email" autoComplete="username" problems={problems} />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete={registers ? 'new-password' : 'current-password'}
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
      <div role="alert">
        {general.map(({ message }) => (
          <p className="problem" key={message}>
            {message}
          </p>
        ))}
      </div>
      <button className="main" disabled={busy}>
        {registers ? 'Create workspace' : 'Sign in'}
      </button>
    </form>
  );
}

interface FieldProps {
  name: string;
  label: string;
  type?: string;
  autoComplete: string;
  /** For a field that appears because of what the person has just done. */
  autoFocus?: boolean;
  problems: UserError[];
}

function Field({ name, label, type = 'text', autoComplete, autoFocus, problems }: FieldProps) {
  const own = problems.filter(({ path }) => path.at(-1) === name);
  const words = `${name}-problem`;
  return (
    <p className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        autoComplete={autoComplete}
        autoFocus={autoFocus}
        required
        aria-invalid={own.length > 0}
        aria-describedby={own.length > 0 ? words : undefined}
      />
      {own.length > 0 && (
        <span className="problem" id={words} role="alert">
          {own.map(({ message }) => message).join(' ')}
        </span>
      )}
    </p>
  );
}
