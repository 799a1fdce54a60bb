import { useState } from 'react';
import { ActionForm } from '../../forms/ActionForm';
import { Field } from '../../forms/Field';
import { changePassword } from './you';

/** The person's password. */
export function PasswordSection() {
  // Each change empties the form.
  const [changes, setChanges] = useState(0);
  const act = async (text: (name: string) => string) => {
    const problems = await changePassword(text('currentPassword'), text('newPassword'));
    if (problems.length === 0) setChanges((count) => count + 1);
    return problems;
  };
  return (
    <section aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <p role="status">
        {changes > 0 && 'The password is changed. Whoever was signed in elsewhere has to sign in again.'}
      </p>
      <ActionForm
        key={changes}
        action="Change password"
        fields={['currentPassword', 'newPassword']}
        act={act}
      >
        {(problems) => (
          <>
            <Field
              name="currentPassword"
              label="Current password"
              type="password"
              autoComplete="current-password"
              problems={problems}
            />
            <Field
              name="newPassword"
              label="New password"
              type="password"
              autoComplete="new-password"
              problems={problems}
            />
          </>
        )}
      </ActionForm>
    </section>
  );
}
