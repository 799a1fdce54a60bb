import { useEffect, type ReactNode } from 'react';
import { signOut } from './session';
import { useSession } from './useSession';
import './signedIn.css';

const pages = [
  { href: '/activity', name: 'Activity' },
  { href: '/accounts', name: 'Accounts' },
  { href: '/team', name: 'Team' },
  { href: '/graphiql', name: 'GraphiQL' },
  { href: '/you', name: 'You' },
];

/** The frame of the pages that are for signed-in people. Anybody else is sent to sign in, and comes back. */
export function SignedIn({ children }: { children: ReactNode }) {
  const signedIn = useSession() !== null;
  useEffect(() => {
    if (signedIn) return;
    const { pathname, search } = window.location;
    window.location.replace(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
  }, [signedIn]);
  if (!signedIn) return null;
  return (
    <>
      <header className="bar">
        <a className="brand" href="/">
          Fanfare
        </a>
        <nav aria-label="Pages">
          <ul>
            {pages.map(({ href, name }) => (
              <li key={href}>
                <a href={href} aria-current={href === window.location.pathname ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </header>
      <main className="page">{children}</main>
    </>
  );
}
