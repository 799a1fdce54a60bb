import { useState } from 'react';
import { ActionForm } from '../../forms/ActionForm';
import { invite, rolesToOffer, type Role } from './team';

interface InviteFormProps {
  /** The role of the member who invites. */
  role: Role;
  onInvite: () => void;
}

/** Makes an invitation and shows its link once. */
export function InviteForm({ role, onInvite }: InviteFormProps) {
  const [link, setLink] = useState<string | null>(null);
  const act = async (text: (name: string) => string) => {
    const answer = await invite(text('role'), text('email'));
    if (answer.link !== null) {
      setLink(answer.link);
      onInvite();
    }
    return answer.userErrors;
  };
  return (
    <>
      {link !== null && <InvitationLink link={link} />}
      <ActionForm action="Create invitation" fields={['email']} act={act}>
        {(problems) => {
          const own = problems.filter(({ path }) => path.at(-1) === 'email');
          return (
            <>
              <p className="field">
                <label htmlFor="role">Role</label>
                <select id="role" name="role" defaultValue="EDITOR">
                  {rolesToOffer(role).map((offered) => (
                    <option key={offered} value={offered}>
                      {offered.toLowerCase()}
                    </option>
                  ))}
                </select>
              </p>
              <p className="field">
                <label htmlFor="email">Email (optional: only this user can accept)</label>
                <input
                  id="email"
                  name="email"
                  type="email"
                  autoComplete="off"
                  aria-invalid={own.length > 0}
                  aria-describedby={own.length > 0 ? 'email-problem' : undefined}
                />
                {own.length > 0 && (
                  <span className="problem" id="email-problem" role="alert">
                    {own.map(({ message }) => message).join(' ')}
                  </span>
                )}
              </p>
            </>
          );
        }}
      </ActionForm>
    </>
  );
}

function InvitationLink({ link }: { link: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      // The browser refuses the clipboard outside of HTTPS: the link can be selected.
      setCopied(false);
    }
  };
  return (
    <>
      <p>Send this link to whom you invite. It works once, and it is not shown again.</p>
      <p>
        <code>{link}</code>{' '}
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>{' '}
        <span role="status">{copied && 'Copied.'}</span>
      </p>
    </>
  );
}
