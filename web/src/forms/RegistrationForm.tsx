import type { UserError } from '../api/graphql';
import { register } from '../session/session';
import { ActionForm } from './ActionForm';
import { Field } from './Field';

interface RegistrationFormProps {
  /** What the button says. */
  action: string;
  /** Of the invitation that is accepted by registering. */
  invitationToken?: string;
  /** Called once the user is registered and signed in. */
  done?: () => void;
}

/** Registers a user, in a workspace of their own or in the one that invites them. */
export function RegistrationForm({ action, invitationToken, done }: RegistrationFormProps) {
  const act = async (text: (name: string) => string): Promise<UserError[]> => {
    const person = { name: text('name'), email: text('email'), password: text('password') };
    const problems = await register({ ...person, invitationToken });
    if (problems.length === 0) done?.();
    return problems;
  };
  return (
    <ActionForm action={action} fields={['name', 'email', 'password']} act={act}>
      {(problems) => (
        <>
          <Field name="name" label="Your name" autoComplete="name" problems={problems} />
          <Field name="email" label="Email" type="email" autoComplete="username" problems={problems} />
          <Field
            name="password"
            label="Password"
            type="password"
            autoComplete="new-password"
            problems={problems}
          />
        </>
      )}
    </ActionForm>
  );
}
